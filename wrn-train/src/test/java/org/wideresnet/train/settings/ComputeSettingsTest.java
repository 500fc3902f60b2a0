package org.wideresnet.train.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.wideresnet.train.settings.tree.SettingsException;

class ComputeSettingsTest {

  @Test
  void theNumberOfPartsDoesNotOverflow() {
    ComputeSettings many =
        ComputeSettings.DEFAULTS.with("towers", 65_536).with("accumulate", 65_536);

    assertThat(many.parts()).isEqualTo(1L << 32);
    assertThat(many.with("workers", Integer.MAX_VALUE).with("towers", Integer.MAX_VALUE).parts())
        .isEqualTo(Long.MAX_VALUE);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> many.requireParts(128))
        .withMessageContaining("multiple of 4294967296");
  }

  @Test
  void aKeyThatDoesNotExistIsRefusedWithTheNearestOne() {
    assertThatExceptionOfType(SettingsException.class)
        .isThrownBy(() -> ComputeSettings.DEFAULTS.with("tower", 2))
        .withMessage("unknown key 'tower'; did you mean 'towers'?");
  }
}
