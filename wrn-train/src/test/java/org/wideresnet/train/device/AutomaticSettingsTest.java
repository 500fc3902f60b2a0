package org.wideresnet.train.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.wideresnet.train.settings.Tf32;

class AutomaticSettingsTest {
  @Test
  void onlyAZeroInTheEnvironmentTurnsTf32Off() {
    assertThat(Tf32.of(Map.of())).isEqualTo(Tf32.ON);
    assertThat(Tf32.of(Map.of(Tf32.VARIABLE, "1"))).isEqualTo(Tf32.ON);
    assertThat(Tf32.of(Map.of(Tf32.VARIABLE, "0"))).isEqualTo(Tf32.OFF);
  }

  @Test
  void aGpuMustComputeAsTheSettingsSay() {
    for (Tf32 both : Tf32.values()) {
      assertThatCode(() -> AutomaticSettings.requireTf32(both, both)).doesNotThrowAnyException();
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AutomaticSettings.requireTf32(Tf32.OFF, Tf32.ON))
        .withMessageContainingAll("--tf32 off", "set the variable to 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AutomaticSettings.requireTf32(Tf32.ON, Tf32.OFF))
        .withMessageContainingAll("--tf32 on", "unset the variable");
  }
}
