package org.wideresnet.train.device;

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
    "avx2, '', false, false, 2147483647",
    "avx2, 1, true, false, 160",
    "avx2, true, true, false, 160",
    "avx2 avx512f avx512_vnni, '', true, false, 2147483647",
    "avx2 avx512f avx512_vnni, 0, false, false, 2147483647",
    "avx2 avx512f avx512_bf16, '', true, true, 2147483647",
    "avx2 avx512f amx_bf16, 0, false, true, 2147483647",
    "asimd, '', false, false, 2147483647",
    "bf16, '', false, true, 2147483647",
  })
  void followsTheVariableAndElseTheProcessor(
      String instructionSets,
      String variable,
      boolean oneDnn,
      boolean bfloat16,
      int maxInputChannels) {
    MachineInfo machine =
        new MachineInfo("a CPU", List.of(instructionSets.split(" ")), 2, 1L << 30, "an OS", "none");
    Map<String, String> environment =
        variable.isEmpty() ? Map.of() : Map.of(Kernels.ONE_DNN_VARIABLE, variable);
    assertThat(Kernels.of(machine, environment))
        .isEqualTo(new Kernels(oneDnn, bfloat16, maxInputChannels));
  }

  @Test
  void bfloat16PaysOnlyWithBoth() {
    assertThat(new Kernels(true, true, 160).precision()).isEqualTo(Precision.BF16);
    assertThat(new Kernels(false, true, 160).precision()).isEqualTo(Precision.FP32);
    assertThat(new Kernels(true, false, 160).precision()).isEqualTo(Precision.FP32);
  }
}
