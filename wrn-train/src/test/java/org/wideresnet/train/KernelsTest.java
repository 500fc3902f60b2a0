package org.wideresnet.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.wideresnet.model.Precision;

class KernelsTest {
  @ParameterizedTest
  @CsvSource({
    "avx2, '', false, false",
    "avx2, 1, true, false",
    "avx2, true, true, false",
    "avx512_vnni, '', true, false",
    "avx512_vnni, 0, false, false",
    "avx512_bf16, '', true, true",
    "amx_bf16, 0, false, true",
    "asimd, '', false, false",
    "bf16, '', false, true",
  })
  void followsTheVariableAndElseTheProcessor(
      String instructionSet, String variable, boolean oneDnn, boolean bfloat16) {
    MachineInfo machine =
        new MachineInfo("a CPU", List.of("avx", instructionSet), 2, 1L << 30, "an OS", "none");
    Map<String, String> environment =
        variable.isEmpty() ? Map.of() : Map.of(Kernels.ONE_DNN_VARIABLE, variable);
    assertThat(Kernels.of(machine, environment)).isEqualTo(new Kernels(oneDnn, bfloat16));
  }

  @Test
  void bfloat16PaysOnlyWithBoth() {
    assertThat(new Kernels(true, true).precision()).isEqualTo(Precision.BF16);
    assertThat(new Kernels(false, true).precision()).isEqualTo(Precision.FP32);
    assertThat(new Kernels(true, false).precision()).isEqualTo(Precision.FP32);
  }
}
