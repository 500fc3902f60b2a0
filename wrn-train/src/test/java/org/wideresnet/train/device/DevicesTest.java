package org.wideresnet.train.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.tensorflow.DeviceSpec;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt32;
import org.wideresnet.train.settings.ComputeSettings;
import org.wideresnet.train.settings.DeviceChoice;

class DevicesTest {
  private static final Devices CPU = new Devices(List.of(new Devices.Device("cpu:0", "CPU", 0)));
  private static final Devices GPU =
      new Devices(List.of(CPU.devices().get(0), new Devices.Device("gpu:0", "GPU", 1L << 30)));

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

  @Test
  void saysWhatIsComputedOnAndWhy() {
    assertThat(GPU.use(DeviceChoice.AUTO, "an H200", () -> "?"))
        .isEqualTo("Computing on a GPU, since TensorFlow sees one: an H200");
    assertThat(GPU.use(new DeviceChoice("gpu"), "an H200", () -> "?"))
        .isEqualTo("Computing on a GPU, as --device gpu says: an H200");
    assertThat(GPU.use(new DeviceChoice("cpu"), "none", () -> "?"))
        .startsWith("Computing on the CPU, as --device cpu says: ");
    assertThat(CPU.use(DeviceChoice.AUTO, "none", () -> "it is Monday"))
        .matches("Computing on the CPU, since it is Monday: .+, \\d+ cores?");
  }

  @Test
  void aGpuIsDeterministicOnlyByItsVariable() {
    ComputeSettings asked = ComputeSettings.DEFAULTS.with("deterministic", true);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> GPU.requireDeterminism(asked, Map.of()))
        .withMessageContainingAll("TF_DETERMINISTIC_OPS=1", "--device cpu");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> GPU.requireDeterminism(asked, Map.of("TF_DETERMINISTIC_OPS", "0")));
    GPU.requireDeterminism(asked, Map.of("TF_DETERMINISTIC_OPS", "1"));
    GPU.requireDeterminism(asked.with("device", new DeviceChoice("cpu")), Map.of());
    GPU.requireDeterminism(ComputeSettings.DEFAULTS, Map.of());
    CPU.requireDeterminism(asked, Map.of());
  }
}
