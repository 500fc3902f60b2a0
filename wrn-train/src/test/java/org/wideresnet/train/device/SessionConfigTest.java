package org.wideresnet.train.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.GPUOptions;
import org.tensorflow.proto.OptimizerOptions.GlobalJitLevel;
import org.tensorflow.proto.RewriterConfig.Toggle;
import org.wideresnet.train.settings.ComputeSettings;
import org.wideresnet.train.settings.DeviceChoice;
import org.wideresnet.train.settings.GpuMemory;
import org.wideresnet.train.settings.Layout;

/** What a session on a GPU would be told; the CPU's TensorFlow takes it, and passes over it. */
class SessionConfigTest {

  @Test
  void memoryOfAGpuIsTakenAsItIsNeeded() {
    GPUOptions gpu = config(options()).getGpuOptions();
    assertThat(gpu.getAllowGrowth()).isTrue();
    assertThat(gpu.getExperimental().getVirtualDevicesList()).isEmpty();
    gpu = config(options().with("gpu_memory", new GpuMemory("all"))).getGpuOptions();
    assertThat(gpu.getAllowGrowth()).isFalse();
  }

  @Test
  void aLimitIsThatOfEachGpu() {
    GpuMemory limit = new GpuMemory("8000");
    GPUOptions two =
        config(options().with("device", new DeviceChoice("gpu:1,3")).with("gpu_memory", limit))
            .getGpuOptions();
    assertThat(two.getVisibleDeviceList()).isEqualTo("1,3");
    assertThat(two.getExperimental().getVirtualDevicesList())
        .hasSize(2)
        .allSatisfy(gpu -> assertThat(gpu.getMemoryLimitMbList()).containsExactly(8000f));
    GPUOptions any = config(options().with("gpu_memory", limit)).getGpuOptions();
    assertThat(any.getExperimental().getVirtualDevicesList()).hasSize(1);
    assertThat(any.getAllowGrowth()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "-1", "8GB", "8000.5", "most"})
  void refusesWhatIsNoAmount(String text) {
    assertThatThrownBy(() -> new GpuMemory(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "--gpu-memory is '"
                + text
                + "'; it must be grow, all, or a number of MiB such as 8000.");
  }

  @Test
  void layoutAndXlaAreLeftToTensorFlowUnlessAskedFor() {
    ConfigProto usual = config(options());
    assertThat(usual.getGraphOptions().getRewriteOptions().getLayoutOptimizer())
        .isEqualTo(Toggle.DEFAULT);
    assertThat(usual.getGraphOptions().getOptimizerOptions().getGlobalJitLevel())
        .isEqualTo(GlobalJitLevel.DEFAULT);
    ConfigProto asked = config(options().with("layout", Layout.NHWC).with("xla", true));
    assertThat(asked.getGraphOptions().getRewriteOptions().getLayoutOptimizer())
        .isEqualTo(Toggle.OFF);
    assertThat(asked.getGraphOptions().getOptimizerOptions().getGlobalJitLevel())
        .isEqualTo(GlobalJitLevel.ON_1);
  }

  @Test
  void tensorFlowTakesAllOfIt() {
    ComputeSettings all =
        options()
            .with("gpu_memory", new GpuMemory("8000"))
            .with("layout", Layout.NHWC)
            .with("xla", true);
    assertThat(Devices.of(all).devices()).isNotEmpty();
  }

  private static ComputeSettings options() {
    return ComputeSettings.DEFAULTS;
  }

  private static ConfigProto config(ComputeSettings options) {
    return SessionConfig.of(options);
  }
}
