package org.wideresnet.train.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.proto.ConfigProto;
import org.wideresnet.train.settings.ComputeSettings;
import org.wideresnet.train.settings.DeviceChoice;

class DeviceChoiceTest {
  private static final Devices.Device CPU = new Devices.Device("cpu:0", "CPU", 1);
  private static final Devices CPU_ONLY = new Devices(List.of(CPU));
  private static final Devices ONE_GPU =
      new Devices(List.of(CPU, new Devices.Device("gpu:0", "GPU", 1)));

  @Test
  void takesWhatIsThere() {
    assertThatCode(() -> CPU_ONLY.require(new DeviceChoice("auto"))).doesNotThrowAnyException();
    assertThatCode(() -> CPU_ONLY.require(new DeviceChoice("cpu"))).doesNotThrowAnyException();
    assertThatCode(() -> ONE_GPU.require(new DeviceChoice("gpu"))).doesNotThrowAnyException();
  }

  @Test
  void refusesAGpuThatIsNotThere() {
    assertThatThrownBy(() -> CPU_ONLY.require(new DeviceChoice("gpu")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "--device is gpu, but TensorFlow does not see gpu:0 here; use --device cpu, or build"
                + " with -Pgpu on a machine with CUDA.");
    assertThatThrownBy(() -> ONE_GPU.require(new DeviceChoice("gpu:0,1")))
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
    assertThat(config("cpu").getDeviceCountOrThrow("GPU")).isZero();
  }

  @Test
  void deterministicSessionsRunOneOpAtATime() {
    assertThat(
            SessionConfig.of(ComputeSettings.DEFAULTS.with("deterministic", true))
                .getInterOpParallelismThreads())
        .isOne();
    assertThat(
            SessionConfig.of(ComputeSettings.DEFAULTS.with("deterministic", false))
                .getInterOpParallelismThreads())
        .isZero();
  }

  private static String visibleGpus(String name) {
    return config(name).getGpuOptions().getVisibleDeviceList();
  }

  private static ConfigProto config(String device) {
    return SessionConfig.of(ComputeSettings.DEFAULTS.with("device", device));
  }
}
