package org.wideresnet.train.cluster;

import com.google.common.net.HostAndPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Keeps other machines from the port of a worker whose cluster is this machine alone. TensorFlow's
 * server listens on every address, asks nobody who they are and computes what it is sent; it cannot
 * be told to listen on the loopback only. So the port is taken first on every address but the
 * loopback, by sockets that never answer: of two sockets on one port, the one that names the
 * address gets the connection. Other users of this machine still reach the port.
 */
public final class PortGuard implements AutoCloseable {

  /** The environment variable that lets TensorFlow's server share its port, if it is "true". */
  public static final String SHARED_PORTS = "TF_GRPC_REUSE_PORT";

  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1");

  private final List<ServerSocketChannel> sockets = new ArrayList<>();

  /**
   * Takes the port of this process, before TensorFlow's server is started.
   *
   * @throws IllegalArgumentException as {@link #check}
   * @throws IOException if another process has it, or the system cannot share ports
   */
  PortGuard(ClusterSpec cluster) throws IOException {
    check(cluster);
    int port = address(cluster, cluster.index()).getPort();
    try {
      for (InetAddress address : outwardAddresses()) {
        ServerSocketChannel socket = ServerSocketChannel.open();
        sockets.add(socket);
        socket.setOption(StandardSocketOptions.SO_REUSEPORT, true);
        socket.bind(new InetSocketAddress(address, port), 1);
      }
    } catch (IOException | UnsupportedOperationException e) {
      close();
      throw new IOException(
          "The port %d of a worker cannot be closed to other machines (%s); try again, or give --trust-network where they may reach it."
              .formatted(port, e.getMessage()),
          e);
    }
  }

  /**
   * Checks that the ports of a cluster can be closed to other machines: all workers are on the
   * loopback, and TensorFlow shares its ports.
   *
   * @throws IllegalArgumentException if they cannot
   */
  public static void check(ClusterSpec cluster) {
    boolean local =
        IntStream.range(0, cluster.addresses().size())
            .allMatch(i -> LOOPBACK.contains(address(cluster, i).getHost()));
    if (!local || !"true".equals(System.getenv(SHARED_PORTS))) {
      throw new IllegalArgumentException(
          "Whoever reaches the ports of the workers in %s can read and write this user's files; give --trust-network where only the workers reach them (docs/scaling.md says how)."
              .formatted(ClusterSpec.VARIABLE));
    }
  }

  private static HostAndPort address(ClusterSpec cluster, int index) {
    return HostAndPort.fromString(cluster.addresses().get(index));
  }

  /** Returns the addresses at which other machines may reach this one. */
  static List<InetAddress> outwardAddresses() throws IOException {
    return NetworkInterface.networkInterfaces()
        .flatMap(NetworkInterface::inetAddresses)
        .filter(address -> !address.isLoopbackAddress())
        .toList();
  }

  /** Opens the port again; only a process that is about to end should. */
  @Override
  public void close() throws IOException {
    for (ServerSocketChannel socket : sockets) {
      socket.close();
    }
  }
}
