package org.wideresnet.train.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfusionMatrixChartTest {

  private static final int RIGHT = 0xFF1F5F99;
  private static final int WRONG = 0xFFD55E00;
  private static final int CELL = 76 * 76;
  private static final int SMALL_CELL = 12 * 12;

  @TempDir Path folder;

  @Test
  void thePictureIsWrittenAsPng() throws IOException {
    Path file = folder.resolve("confusion.png");
    ConfusionMatrixChart chart = new ConfusionMatrixChart(diagonal(10), names(10));

    chart.write(file);

    BufferedImage read = ImageIO.read(file.toFile());
    assertThat(read.getWidth()).isBetween(800, 1200);
    assertThat(pixels(read)).isEqualTo(pixels(chart.image()));
  }

  @Test
  void aRightClassIsBlueAndAWrongOneOrange() {
    BufferedImage right = new ConfusionMatrixChart(diagonal(3), names(3)).image();
    assertThat(count(right, RIGHT)).isBetween(3L * CELL * 8 / 10, 3L * CELL);
    assertThat(count(right, WRONG)).isZero();

    long[][] counts = {{0, 0, 7}, {5, 0, 0}, {0, 0, 0}};
    BufferedImage wrong = new ConfusionMatrixChart(counts, names(3)).image();
    assertThat(count(wrong, WRONG)).isBetween(2L * CELL * 8 / 10, 2L * CELL);
    assertThat(count(wrong, RIGHT)).isZero();
  }

  @Test
  void theRowIsTheTrueClass() {
    long[][] counts = {{0, 0, 1}, {0, 0, 0}, {0, 0, 0}};
    BufferedImage image = new ConfusionMatrixChart(counts, names(3)).image();

    // The only cell with a count is at the top right.
    int[] xs = IntStream.range(0, image.getWidth()).filter(x -> column(image, x)).toArray();
    int[] ys = IntStream.range(0, image.getHeight()).filter(y -> row(image, y)).toArray();
    assertThat(xs[0]).isGreaterThan(image.getWidth() / 2);
    assertThat(ys[ys.length - 1]).isLessThan(image.getHeight() / 2);
  }

  @Test
  void aHundredClassesFitWithoutCounts() {
    BufferedImage image = new ConfusionMatrixChart(diagonal(100), names(100)).image();

    assertThat(image.getWidth()).isBetween(1250, 1600);
    assertThat(image.getHeight()).isBetween(1250, 1600);
    // The cells are full but for the lines between them, so nothing is written in them.
    assertThat(count(image, RIGHT)).isEqualTo(100L * (SMALL_CELL - 23));
  }

  @Test
  void aMatrixOfAnotherSizeIsRefused() {
    for (long[][] counts : List.of(new long[2][3], new long[3][2])) {
      assertThatThrownBy(() -> new ConfusionMatrixChart(counts, names(3)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("The confusion matrix does not have 3 rows and columns, one a class.");
    }
  }

  private static boolean column(BufferedImage image, int x) {
    return IntStream.range(0, image.getHeight()).anyMatch(y -> image.getRGB(x, y) == WRONG);
  }

  private static boolean row(BufferedImage image, int y) {
    return IntStream.range(0, image.getWidth()).anyMatch(x -> image.getRGB(x, y) == WRONG);
  }

  private static long[][] diagonal(int classes) {
    long[][] counts = new long[classes][classes];
    for (int i = 0; i < classes; i++) {
      counts[i][i] = 100 + i;
    }
    return counts;
  }

  private static List<String> names(int classes) {
    return IntStream.range(0, classes).mapToObj(i -> "class number " + i).toList();
  }

  private static long count(BufferedImage image, int color) {
    return Arrays.stream(pixels(image)).filter(pixel -> pixel == color).count();
  }

  private static int[] pixels(BufferedImage image) {
    return image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
  }
}
