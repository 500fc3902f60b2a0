package org.wideresnet.train.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.wideresnet.train.settings.ComputeSettings;
import org.wideresnet.train.settings.DeviceChoice;

class MissingGpuTest {
  private static final Map<String, String> NOTHING_SET = Map.of();

  @Test
  void theBuildForCpusSaysSo() {
    assertThat(reason(false, NOTHING_SET, "", ""))
        .isEqualTo("this is the build of TensorFlow for CPUs");
  }

  @Test
  void theDriverIsLookedForFirst() {
    assertThat(reason(true, NOTHING_SET, "libcuda.so.1 libcudnn.so.9", ""))
        .isEqualTo("there is no NVIDIA driver (libcuda.so.1) here");
    assertThat(reason(true, NOTHING_SET, "", NvidiaSmiTest.NO_DRIVER))
        .startsWith("the NVIDIA driver says \"NVIDIA-SMI has failed because");
    assertThat(reason(true, NOTHING_SET, "", "No devices were found\n"))
        .isEqualTo("the NVIDIA driver says \"No devices were found\"");
  }

  @Test
  void aVariableMayHideAllGpus() {
    assertThat(reason(true, Map.of("CUDA_VISIBLE_DEVICES", "-1"), "", NvidiaSmiTest.TWO_AMPERE))
        .isEqualTo("CUDA_VISIBLE_DEVICES is '-1' and hides every GPU");
  }

  @Test
  void librariesThatCannotBeLoadedAreNamed() {
    assertThat(reason(true, NOTHING_SET, "libcufft.so.11 libcudnn.so.9", NvidiaSmiTest.TWO_AMPERE))
        .isEqualTo("libcufft.so.11, libcudnn.so.9 of CUDA 12 and cuDNN 9 cannot be loaded");
    assertThat(reason(true, NOTHING_SET, "", NvidiaSmiTest.TWO_AMPERE))
        .contains("TF_CPP_MIN_LOG_LEVEL=0");
  }

  @Test
  void askingThisMachineGivesAReason() {
    Devices devices = Devices.ofThisMachine();
    assumeThat(devices.hasGpu()).as("a GPU is there").isFalse();
    assertThat(MissingGpu.reason()).isNotBlank();
    assertThat(devices.use(DeviceChoice.AUTO))
        .startsWith("Computing on the CPU, since " + MissingGpu.reason());
    assertThat(devices.fallsToCpu(DeviceChoice.AUTO)).isEqualTo(MissingGpu.isGpuBuild());
    assertThat(devices.fallsToCpu(new DeviceChoice("cpu"))).isFalse();
    assertThat(devices.gpu(DeviceChoice.AUTO)).isEqualTo("none");
    assertThat(Devices.of(ComputeSettings.DEFAULTS.with("deterministic", true)).hasGpu()).isFalse();
  }

  private static String reason(
      boolean gpuBuild, Map<String, String> environment, String missing, String driver) {
    return MissingGpu.reason(
        gpuBuild,
        environment,
        library -> !(" " + missing + " ").contains(" " + library + " "),
        () -> NvidiaSmi.of(driver));
  }
}
