package org.wideresnet.train.cluster;

import com.google.common.net.HostAndPort;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The other processes of a cluster, as this one reaches them.
 *
 * @param cluster all processes
 */
record Peers(ClusterSpec cluster) {
  private static final int CONNECT_MILLIS = 1000;

  /** Returns the numbers of those whose server does not answer. */
  List<Integer> unreachable() {
    return IntStream.range(0, cluster.addresses().size())
        .filter(worker -> worker != cluster.index() && !isReachable(worker))
        .boxed()
        .toList();
  }

  private boolean isReachable(int worker) {
    HostAndPort address = HostAndPort.fromString(cluster.addresses().get(worker));
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(address.getHost(), address.getPort()), CONNECT_MILLIS);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Returns numbers and addresses, as the beginning of a sentence. */
  String names(List<Integer> workers) {
    String names =
        workers.stream()
            .map(worker -> "worker %d at %s".formatted(worker, cluster.addresses().get(worker)))
            .collect(Collectors.joining(", "));
    return "W" + names.substring(1);
  }
}
