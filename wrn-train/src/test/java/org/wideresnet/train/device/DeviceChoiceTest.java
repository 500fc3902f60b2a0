package org.wideresnet.train.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceChoiceTest {
  private static final Devices.Device CPU = new Devices.Device("cpu:0", "CPU", 1);
  private static final Devices CPU_ONLY = new Devices(List.of(CPU));
  private static final Devices ONE_GPU =
      new Devices(List.of(CPU, new Devices.Device("gpu:0", "GPU", 1)));

  @Test
  void takesWhatIsThere() {
    assertThatCode(() -> new DeviceChoice("auto").require(CPU_ONLY)).doesNotThrowAnyException();
    assertThatCode(() -> new DeviceChoice("cpu").require(CPU_ONLY)).doesNotThrowAnyException();
    assertThatCode(() -> new DeviceChoice("gpu").require(ONE_GPU)).doesNotThrowAnyException();
  }

  @Test
  void refusesAGpuThatIsNotThere() {
    assertThatThrownBy(() -> new DeviceChoice("gpu").require(CPU_ONLY))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "--device is gpu, but TensorFlow does not see gpu:0 here; use --device cpu, or build with"
                + " -Pgpu on a machine with CUDA.");
    assertThatThrownBy(() -> new DeviceChoice("gpu:0,1").require(ONE_GPU))
        .hasMessageContaining("does not see gpu:0 and gpu:1 here");
  }

  @ParameterizedTest
  @ValueSource(strings = {"tpu", "gpu:x", "", "gpu:0,", "/device:GPU:0"})
  void refusesANameItDoesNotKnow(String name) {
    assertThatThrownBy(() -> new DeviceChoice(name))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "--device is '" + name + "'; it must be auto, cpu, gpu, or gpu:0,1 for certain GPUs.");
  }

  @Test
  void sessionsSeeTheGpusThatWereChosen() {
    assertThat(visibleGpus("gpu:0,2")).isEqualTo("0,2");
    assertThat(visibleGpus("gpu")).isEqualTo("0");
    assertThat(visibleGpus("auto")).isEmpty();
    assertThat(new DeviceChoice("cpu").sessionConfig(false).getDeviceCountOrThrow("GPU")).isZero();
  }

  @Test
  void deterministicSessionsRunOneOpAtATime() {
    assertThat(DeviceChoice.AUTO.sessionConfig(true).getInterOpParallelismThreads()).isOne();
    assertThat(DeviceChoice.AUTO.sessionConfig(false).getInterOpParallelismThreads()).isZero();
  }

  private static String visibleGpus(String name) {
    return new DeviceChoice(name).sessionConfig(false).getGpuOptions().getVisibleDeviceList();
  }
}
