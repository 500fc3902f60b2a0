package org.wideresnet.data.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.wideresnet.data.Augmented;
import org.wideresnet.data.Records;

class AugmentationTest {

  @ParameterizedTest
  @ValueSource(
      strings = {"none", "flip-crop", "keras", "none+cutout", "flip-crop+cutout", "keras+cutout"})
  void namesAreParsedAndGivenBack(String name) {
    assertThat(Augmentation.parse(name).name()).isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "cutout", "+cutout", "flipcrop", "flip-crop+cutout+cutout", "NONE"})
  void unknownNamesAreRefusedWithTheKnownOnes(String name) {
    assertThatThrownBy(() -> Augmentation.parse(name))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Unknown augmentation '"
                + name
                + "'; known are none, flip-crop, keras, each also with +cutout.");
  }

  @Test
  void theFillIsAColour() {
    Augmentation augmentation = Augmentation.parse("none+cutout");
    assertThat(augmentation.withFill(0, 128, 255).fill()).containsExactly(0, 128, 255);
    assertThatThrownBy(() -> augmentation.withFill(0, 0, 256))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("[0, 0, 256]");
  }

  @Test
  void noneLeavesImagesAsTheyAre() {
    byte[] image = Records.flat(Records.image(1));
    float[][] uniform = {{0, 0, 0, 0, 0, 0}};
    assertThat(Augmented.of("none", image, uniform)).containsExactly(image);
  }
}
