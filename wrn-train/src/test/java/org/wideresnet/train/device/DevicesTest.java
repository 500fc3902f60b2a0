package org.wideresnet.train.device;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.tensorflow.DeviceSpec;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt32;

class DevicesTest {
  @Test
  void seesTheCpuAndComputesOnItByThatName() {
    Devices.Device cpu = Devices.ofThisMachine().devices().get(0);
    assertThat(cpu.name()).isEqualTo("cpu:0");
    assertThat(cpu.type()).isEqualTo("CPU");
    try (Graph graph = new Graph()) {
      Ops tf =
          Ops.create(graph)
              .withDevice(
                  DeviceSpec.newBuilder()
                      .deviceType(DeviceSpec.DeviceType.CPU)
                      .deviceIndex(0)
                      .build());
      var sum = tf.math.add(tf.constant(40), tf.constant(2));
      try (Session session = new Session(graph);
          TInt32 result = (TInt32) session.runner().fetch(sum).run().get(0)) {
        assertThat(result.getInt()).isEqualTo(42);
      }
    }
  }
}
