package org.wideresnet.train.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.wideresnet.model.Precision;
import org.wideresnet.train.settings.DeviceChoice;

class NvidiaSmiTest {
  static final String TWO_AMPERE =
      """
      0, GPU-aaaa, 8.0, 550.54.15, NVIDIA A100-SXM4-40GB
      1, GPU-bbbb, 8.0, 550.54.15, NVIDIA A100-SXM4-40GB
      """;
  private static final String TWO_KINDS = TWO_AMPERE + "2, GPU-cccc, 7.0, 550.54.15, Tesla V100\n";
  static final String NO_DRIVER =
      "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.\n";

  @ParameterizedTest
  @CsvSource({
    "'0, G, 8.0, 5, A100\n', BF16",
    "'0, G, 9.0, 5, H100\n1, H, 8.6, 5, A10\n', BF16",
    "'0, G, 12.0, 5, B200\n', BF16",
    "'0, G, 7.5, 5, T4\n', FP16",
    "'0, G, 8.0, 5, A100\n1, H, 7.0, 5, V100\n', FP16",
    "'0, G, 7.5, 5, T4\n1, H, 6.1, 5, P40\n', FP32",
    "'', FP32",
    "'0, G, [N/A], 5, A GPU\n', FP32",
    "'NVIDIA-SMI has failed, so it has\n', FP32",
  })
  void everyGpuMustHaveTheInstructions(String output, Precision precision) {
    assertThat(NvidiaSmi.of(output).precision()).isEqualTo(precision);
  }

  @Test
  void aFailureIsKeptAsASentence() {
    assertThat(NvidiaSmi.of(NO_DRIVER).failure()).isEqualTo(NO_DRIVER.strip());
    assertThat(NvidiaSmi.of(TWO_AMPERE).failure()).isEmpty();
  }

  @Test
  void theEnvironmentSaysWhichGpusThereAre() {
    NvidiaSmi smi = NvidiaSmi.of(TWO_KINDS);
    assertThat(smi.visible(Map.of())).containsExactly("0", "1", "2");
    assertThat(smi.visible(Map.of("CUDA_VISIBLE_DEVICES", "2, GPU-aa")))
        .isEqualTo(List.of("2", "GPU-aa"));
    assertThat(smi.visible(Map.of("CUDA_VISIBLE_DEVICES", "1,-1,0"))).containsExactly("1");
    assertThat(smi.visible(Map.of("CUDA_VISIBLE_DEVICES", ""))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "auto    | 3 |       |   | 2 x NVIDIA A100-SXM4-40GB and Tesla V100, driver 550.54.15, TF32"
            + " on",
        "gpu:1   | 1 |       |   | NVIDIA A100-SXM4-40GB, driver 550.54.15, TF32 on",
        "gpu:1   | 1 |       | 0 | NVIDIA A100-SXM4-40GB, driver 550.54.15, TF32 off",
        "gpu:2   | 1 |       |   | Tesla V100, driver 550.54.15, TF32 off",
        "gpu     | 1 | GPU-cc|   | Tesla V100, driver 550.54.15, TF32 off",
        "auto    | 1 | MIG-1 |   | 1 of TensorFlow's GPU devices",
      })
  void namesWhatIsComputedOn(
      String device, int count, String visible, String tf32, String description) {
    Map<String, String> environment = new HashMap<>();
    if (visible != null) {
      environment.put("CUDA_VISIBLE_DEVICES", visible);
    }
    if (tf32 != null) {
      environment.put("NVIDIA_TF32_OVERRIDE", tf32);
    }
    assertThat(NvidiaSmi.of(TWO_KINDS).describe(new DeviceChoice(device), count, environment))
        .isEqualTo(description);
  }
}
