package org.wideresnet.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.DeviceSpec;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt32;

class DevicesTest {
  private static final Devices CPU_ONLY = new Devices(List.of(device("cpu:0", "CPU")));
  private static final Devices TWO_GPUS =
      new Devices(List.of(device("cpu:0", "CPU"), device("gpu:0", "GPU"), device("gpu:1", "GPU")));

  private static Devices.Device device(String name, String type) {
    return new Devices.Device(name, type, 1);
  }

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

  @ParameterizedTest
  @CsvSource({"auto, cpu:0, gpu:0", "cpu, cpu:0, cpu:0", "CPU, cpu:0, cpu:0"})
  void selectsWhatIsThere(String option, String withoutGpu, String withGpus) {
    assertThat(CPU_ONLY.select(option).name()).isEqualTo(withoutGpu);
    assertThat(TWO_GPUS.select(option).name()).isEqualTo(withGpus);
  }

  @Test
  void selectsAGpuByItsNumber() {
    assertThat(TWO_GPUS.select("gpu").name()).isEqualTo("gpu:0");
    assertThat(TWO_GPUS.select("gpu:1").name()).isEqualTo("gpu:1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpu", "gpu:0", "cpu:1"})
  void refusesADeviceThatTensorFlowDoesNotSee(String option) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CPU_ONLY.select(option))
        .withMessageContainingAll("--device " + option, "only cpu:0", "-Pgpu");
  }

  @ParameterizedTest
  @ValueSource(strings = {"tpu", "gpu:x", "", "/device:GPU:0"})
  void refusesWhatIsNoDevice(String option) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TWO_GPUS.select(option))
        .withMessageContaining("auto, cpu, gpu and gpu:N");
  }
}
