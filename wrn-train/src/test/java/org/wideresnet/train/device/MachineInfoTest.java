package org.wideresnet.train.device;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class MachineInfoTest {

  @Test
  void x86IsReadFromTheFirstProcessor() {
    MachineInfo machine =
        MachineInfo.of(
            """
            processor\t: 0
            model name\t: AMD EPYC 7763: 64-Core
            flags\t\t: fpu sse4_2 avx f16c avx2 fma avx512f_not

            processor\t: 1
            model name\t: another
            """,
            "none");

    assertThat(machine.cpu()).isEqualTo("AMD EPYC 7763: 64-Core");
    assertThat(machine.instructionSets()).containsExactly("avx", "avx2", "fma", "f16c");
    assertThat(machine.gpu()).isEqualTo("none");
  }

  @Test
  void armNamesItsFeaturesAndNoModel() {
    MachineInfo machine =
        MachineInfo.of("processor : 0\nFeatures : fp asimd bf16 i8mm\n", "NVIDIA H100");

    assertThat(machine.cpu()).isEqualTo("unknown");
    assertThat(machine.instructionSets()).containsExactly("asimd", "bf16", "i8mm");
    assertThat(machine.gpu()).isEqualTo("NVIDIA H100");
  }

  @Test
  void whatTheSystemDoesNotTellIsUnknown() {
    MachineInfo machine = MachineInfo.of("", "none");

    assertThat(machine.cpu()).isEqualTo("unknown");
    assertThat(machine.instructionSets()).isEmpty();
    assertThat(machine.cores()).isPositive();
    assertThat(machine.memoryBytes()).isGreaterThan(1 << 20);
    assertThat(machine.os()).contains(System.getProperty("os.arch"));
  }

  @Test
  @EnabledOnOs(value = OS.LINUX, architectures = "amd64")
  void thisMachineHasAName() {
    assertThat(MachineInfo.detect("none").cpu()).isNotBlank().isNotEqualTo("unknown");
  }
}
