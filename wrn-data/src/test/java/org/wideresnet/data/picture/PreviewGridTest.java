package org.wideresnet.data.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wideresnet.data.Records;
import org.wideresnet.data.files.LabelledImages;
import org.wideresnet.data.files.RecordLayout;

class PreviewGridTest {

  private static final List<String> NAMES = List.of("cat", "large_omnivores_and_herbivores", "dog");

  @TempDir Path dir;

  @Test
  void enlargesEachImageInItsCell() {
    byte[] pixels = new byte[3 * RecordLayout.IMAGE_BYTES];
    int second = RecordLayout.IMAGE_BYTES;
    pixels[second] = (byte) 250; // the first pixel of the second image: red
    pixels[second + 1] = 20;
    BufferedImage grid =
        PreviewGrid.draw(new LabelledImages(pixels, new int[] {0, 1, 2}), NAMES, 2);
    assertThat(grid.getWidth()).isEqualTo(10 + 2 * (128 + 10));
    assertThat(grid.getHeight()).isEqualTo(10 + 2 * (128 + 10 + 18));
    for (int offset = 0; offset < 4; offset++) {
      assertThat(grid.getRGB(148 + offset, 10 + offset)).isEqualTo(0xFFFA1400);
    }
    assertThat(grid.getRGB(148 + 4, 10)).isEqualTo(0xFF000000);
    assertThat(grid.getRGB(10, 10 + 156)).as("the third image").isEqualTo(0xFF000000);
    assertThat(grid.getRGB(148, 10 + 156)).as("no fourth image").isEqualTo(0xFFFFFFFF);
  }

  @Test
  void writesANameBelowEachImageAndNoWider() {
    byte[] pixels = new byte[2 * RecordLayout.IMAGE_BYTES];
    BufferedImage grid = PreviewGrid.draw(new LabelledImages(pixels, new int[] {0, 1}), NAMES, 2);
    assertThat(darkest(grid, 139, 10, 138)).as("cat").isLessThan(128);
    assertThat(darkest(grid, 139, 148, 276)).as("the long name").isLessThan(128);
    assertThat(darkest(grid, 139, 140, 145)).as("between").isEqualTo(255);
  }

  @Test
  void writesAPngAndNothingElse() throws IOException {
    LabelledImages images =
        LabelledImages.firstOf(List.of(Records.numbered(dir, 0, 3)), Records.NUMBERED, 3);
    Path folder = dir.resolve("new");
    Path file = folder.resolve("preview.png");
    BufferedImage drawn = PreviewGrid.draw(images, NAMES, 8);
    PreviewGrid.write(drawn, file);
    PreviewGrid.write(drawn, file);
    BufferedImage read = ImageIO.read(file.toFile());
    assertThat(read.getWidth()).isEqualTo(drawn.getWidth());
    assertThat(read.getRGB(50, 50)).isEqualTo(drawn.getRGB(50, 50));
    try (Stream<Path> list = Files.list(folder)) {
      assertThat(list).containsExactly(file);
    }
  }

  @Test
  void leavesNothingOfAPngThatCannotBeWritten() throws IOException {
    LabelledImages one = new LabelledImages(new byte[RecordLayout.IMAGE_BYTES], new int[1]);
    Path folder = Files.createDirectory(dir.resolve("folder.png"));
    assertThatIOException()
        .isThrownBy(() -> PreviewGrid.write(PreviewGrid.draw(one, NAMES, 1), folder))
        .withMessageStartingWith(folder + " could not be written (")
        .withMessageEndingWith(").");
    try (Stream<Path> list = Files.list(dir)) {
      assertThat(list).containsExactly(folder);
    }
  }

  @Test
  void drawsARowAfterTheAugmentationBelowTheRowBefore() {
    byte[] white = new byte[3 * RecordLayout.IMAGE_BYTES];
    Arrays.fill(white, (byte) 255);
    int[] labels = {0, 1, 2};
    BufferedImage grid =
        PreviewGrid.drawPairs(
            new LabelledImages(new byte[white.length], labels),
            new LabelledImages(white, labels),
            "flip-crop",
            NAMES,
            2);
    assertThat(grid.getHeight()).isEqualTo(10 + 4 * 156);
    assertThat(grid.getRGB(148, 10)).as("second, before").isEqualTo(0xFF000000);
    assertThat(grid.getRGB(148, 10 + 156)).as("second, after").isEqualTo(0xFFFFFFFF);
    assertThat(grid.getRGB(10, 10 + 2 * 156)).as("third, before").isEqualTo(0xFF000000);
    assertThat(grid.getRGB(10, 10 + 3 * 156)).as("third, after").isEqualTo(0xFFFFFFFF);
    assertThat(darkest(grid, 10 + 156 + 129, 10, 138)).as("caption after").isLessThan(128);
  }

  @Test
  void refusesPairsOfDifferentLength() {
    LabelledImages one = new LabelledImages(new byte[RecordLayout.IMAGE_BYTES], new int[1]);
    LabelledImages none = new LabelledImages(new byte[0], new int[0]);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PreviewGrid.drawPairs(one, none, "keras", NAMES, 8))
        .withMessage("There are 1 images before and 0 after the augmentation.");
  }

  @Test
  void needsAnImageAndAColumn() {
    LabelledImages none = new LabelledImages(new byte[0], new int[0]);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PreviewGrid.draw(none, NAMES, 8))
        .withMessage("A preview needs at least one image and one column, not 0 and 8.");
  }

  /** The least green in a line of captions. */
  private static int darkest(BufferedImage grid, int top, int fromX, int toX) {
    int darkest = 255;
    for (int y = top; y < top + 17; y++) {
      for (int x = fromX; x < toX; x++) {
        darkest = Math.min(darkest, grid.getRGB(x, y) >> 8 & 0xFF);
      }
    }
    return darkest;
  }
}
