package org.wideresnet.train.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PortGuardTest {

  /**
   * Whom TensorFlow's server answers, it sends its settings as soon as the connection stands. Whom
   * the guard has, hears nothing, and is cut off when it ends.
   */
  @Test
  void onlyTheLoopbackReachesTheServerOfALocalWorker() throws IOException {
    List<InetAddress> outward = PortGuard.outwardAddresses();
    assumeThat(outward).as("addresses beside the loopback").isNotEmpty();
    ClusterSpec cluster = new ClusterSpec(ClusterSpec.freeAddresses(1), 0);
    int port = Integer.parseInt(cluster.addresses().get(0).split(":")[1]);
    PortGuard guard = new PortGuard(cluster);
    List<Socket> strangers = new ArrayList<>();
    try (AllReduce server = new AllReduce(cluster, Duration.ofSeconds(5));
        Socket worker = new Socket("localhost", port)) {
      assertThat(server).isNotNull();
      assertThat(worker.getInputStream().read()).isNotNegative();
      for (InetAddress address : outward) {
        strangers.add(new Socket(address, port));
      }
      guard.close();
      for (Socket stranger : strangers) {
        assertThatThrownBy(() -> stranger.getInputStream().read())
            .as("%s", stranger)
            .isInstanceOf(SocketException.class);
      }
      try (Socket stranger = new Socket(outward.get(0), port)) {
        assertThat(stranger.getInputStream().read()).as("without the guard").isNotNegative();
      }
    } finally {
      for (Socket stranger : strangers) {
        stranger.close();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.0.0.2:2222", "wrn-1.wrn:2222"})
  void otherMachinesNeedATrustedNetwork(String other) {
    ClusterSpec cluster = new ClusterSpec(List.of("localhost:2222", other), 0);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> WorkerTeam.join(cluster, Duration.ofSeconds(1), false))
        .withMessageStartingWith("Whoever reaches the ports of the workers in TF_CONFIG can")
        .withMessageContaining("--trust-network");
  }
}
