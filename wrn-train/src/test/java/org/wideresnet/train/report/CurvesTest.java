package org.wideresnet.train.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.Point;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.wideresnet.train.run.History;
import org.wideresnet.train.run.Rows;

class CurvesTest {

  private static final int TRAINING = 0xFF2A78B5;
  private static final int TEST = 0xFFD55E00;
  private static final int LEGEND = 440;

  @TempDir Path folder;

  @Test
  void thePictureIsWrittenAsPng() throws IOException {
    Path file = folder.resolve("curves.png");
    Curves curves = new Curves("WRN-16-1", "test", rows(5));

    curves.write(file);

    BufferedImage read = ImageIO.read(file.toFile());
    assertThat(read.getWidth()).isEqualTo(1200);
    assertThat(read.getHeight()).isEqualTo(480);
    assertThat(pixels(read)).isEqualTo(pixels(curves.image()));
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 5, 11, 200})
  void lossFallsOnTheLeftAndAccuracyRisesOnTheRight(int epochs) {
    BufferedImage image = new Curves("WRN-16-1", "test", rows(epochs)).image();

    for (int color : new int[] {TRAINING, TEST}) {
      List<Point> loss = curve(image, color, 0, 600);
      List<Point> accuracy = curve(image, color, 600, 1200);
      assertThat(first(loss).y).isLessThan(last(loss).y - 100);
      assertThat(first(accuracy).y).isGreaterThan(last(accuracy).y + 100);
    }
  }

  @Test
  void aSingleEpochIsAPoint() {
    BufferedImage image = new Curves("WRN-16-1", "test", rows(1)).image();

    assertThat(curve(image, TEST, 0, 600)).hasSizeBetween(20, 100);
    assertThat(curve(image, TRAINING, 600, 1200)).hasSizeBetween(20, 100);
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 20})
  void whatWasNotMeasuredIsNotDrawn(int epochs) {
    List<History.Row> rows =
        Rows.of(
            "loss",
            IntStream.range(0, epochs)
                .mapToObj(i -> i + "," + (i == 1 ? Double.POSITIVE_INFINITY : 1.0 / (i + 1)))
                .toList());
    BufferedImage image = new Curves("WRN-16-1", "test", rows).image();

    assertThat(curve(image, TRAINING, 0, 600)).isNotEmpty();
    assertThat(curve(image, TEST, 0, 600)).isEmpty();
    assertThat(curve(image, TRAINING, 600, 1200)).isEmpty();
  }

  @Test
  void withoutEpochsThereAreNoCurves() {
    assertThatThrownBy(() -> new Curves("WRN-16-1", "test", List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("There are no curves before the first epoch has ended.");
  }

  private static List<History.Row> rows(int count) {
    return Rows.of(
        "accuracy,loss,val_accuracy,val_loss",
        IntStream.rangeClosed(1, count)
            .mapToObj(
                i ->
                    "%d,%s,%s,%s,%s"
                        .formatted(i - 1, 1 - 0.5 / i, 2.0 / i, 0.9 - 0.5 / i, 0.2 + 2.0 / i))
            .toList());
  }

  /** The pixels of a curve by rising x, the legend left out. */
  private static List<Point> curve(BufferedImage image, int color, int fromX, int toX) {
    List<Point> points = new ArrayList<>();
    for (int x = fromX; x < toX; x++) {
      for (int y = 0; y < LEGEND; y++) {
        if (image.getRGB(x, y) == color) {
          points.add(new Point(x, y));
        }
      }
    }
    return points;
  }

  private static Point first(List<Point> points) {
    return points.get(0);
  }

  private static Point last(List<Point> points) {
    return points.get(points.size() - 1);
  }

  private static int[] pixels(BufferedImage image) {
    return image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
  }
}
