package org.wideresnet.train.device;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.wideresnet.model.Precision;

class NvidiaSmiTest {
  @ParameterizedTest
  @CsvSource({
    "'8.0\n', BF16",
    "'9.0\n8.6\n', BF16",
    "'12.0\n', BF16",
    "'7.5\n', FP16",
    "'8.0\n7.0\n', FP16",
    "'7.5\n6.1\n', FP32",
    "'', FP32",
    "'[N/A]\n', FP32",
    "'NVIDIA-SMI has failed\n', FP32",
  })
  void everyGpuMustHaveTheInstructions(String output, Precision precision) {
    assertThat(NvidiaSmi.precision(output)).isEqualTo(precision);
  }
}
