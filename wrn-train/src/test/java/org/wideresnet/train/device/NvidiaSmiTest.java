package org.wideresnet.train.device;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NvidiaSmiTest {
  @ParameterizedTest
  @CsvSource({
    "'8.0\n', true",
    "'9.0\n8.6\n', true",
    "'12.0\n', true",
    "'7.5\n', false",
    "'8.0\n7.0\n', false",
    "'', false",
    "'[N/A]\n', false",
    "'NVIDIA-SMI has failed\n', false",
  })
  void everyGpuMustHaveTheInstructions(String output, boolean bfloat16) {
    assertThat(NvidiaSmi.bfloat16(output)).isEqualTo(bfloat16);
  }
}
