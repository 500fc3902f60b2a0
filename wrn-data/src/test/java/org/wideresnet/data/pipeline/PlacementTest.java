package org.wideresnet.data.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.tensorflow.DeviceSpec;
import org.tensorflow.DeviceSpec.DeviceType;
import org.tensorflow.Graph;
import org.tensorflow.op.Ops;

class PlacementTest {

  @Test
  void opsMoveToTheCpuOfTheirTask() {
    DeviceSpec.Builder gpu = DeviceSpec.newBuilder().deviceType(DeviceType.GPU).deviceIndex(1);
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      assertThat(cpu(tf)).isEqualTo("/device:CPU:0");
      assertThat(cpu(tf.withDevice(gpu.build()))).isEqualTo("/device:CPU:0");
      assertThat(cpu(tf.withDevice(gpu.job("worker").build())))
          .isEqualTo("/job:worker/device:CPU:0");
      assertThat(cpu(tf.withDevice(gpu.job("worker").task(3).build())))
          .isEqualTo("/job:worker/task:3/device:CPU:0");
      assertThat(cpu(tf.withDevice(gpu.job("worker").replica(0).task(3).build())))
          .isEqualTo("/job:worker/task:3/device:CPU:0");
    }
  }

  private static String cpu(Ops tf) {
    return Placement.cpu(tf).scope().getDeviceString();
  }
}
