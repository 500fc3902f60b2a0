package org.wideresnet.data.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wideresnet.data.Records;

class LabelledImagesTest {

  @TempDir Path dir;

  @Test
  void readsImagesPixelByPixelAcrossFiles() throws IOException {
    Path first = Records.numbered(dir, 0, 3);
    Path second = Records.numbered(dir, 3, 4);
    LabelledImages images = LabelledImages.firstOf(List.of(first, second), Records.NUMBERED, 5);
    assertThat(images.labels()).containsExactly(0, 1, 2, 3, 4);
    byte[] expected = Records.flat(Records.pixels(Files.readAllBytes(second), Records.NUMBERED, 1));
    int size = RecordLayout.IMAGE_BYTES;
    assertThat(Arrays.copyOfRange(images.pixels(), 4 * size, 5 * size)).isEqualTo(expected);
    assertThat(LabelledImages.firstOf(List.of(first, second), Records.NUMBERED, 100).labels())
        .hasSize(7);
  }

  @Test
  void refusesMoreImagesThanAnArrayHolds() {
    assertThat(LabelledImages.bytes(699_050)).isEqualTo(2_147_481_600);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LabelledImages.bytes(699_051))
        .withMessageContainingAll("699,051", "699,050");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LabelledImages.bytes(2_000_000))
        .withMessageContaining("2,000,000");
  }

  @Test
  void comparesContents() throws IOException {
    List<Path> files = List.of(Records.numbered(dir, 0, 3));
    LabelledImages images = LabelledImages.firstOf(files, Records.NUMBERED, 3);
    assertThat(images)
        .isEqualTo(LabelledImages.firstOf(files, Records.NUMBERED, 3))
        .hasSameHashCodeAs(LabelledImages.firstOf(files, Records.NUMBERED, 3))
        .isNotEqualTo(LabelledImages.firstOf(files, Records.NUMBERED, 2))
        .hasToString("LabelledImages[3]");
  }

  @Test
  void refusesPixelsThatDoNotFitTheLabels() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new LabelledImages(new byte[100], new int[1]))
        .withMessage("1 labels need 3072 pixel bytes, not 100.");
  }
}
