package org.wideresnet.train.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wideresnet.train.metrics.Metrics.ReliabilityBin;

class ReliabilityChartTest {

  private static final int BAR = 0xFF1F5F99;
  private static final ReliabilityBin EMPTY = new ReliabilityBin(0, Double.NaN, Double.NaN);

  @TempDir Path folder;

  @Test
  void aBarIsAsHighAsTheAccuracyAndTheGapGoesUpToTheConfidence() {
    BufferedImage image =
        new ReliabilityChart(List.of(EMPTY, new ReliabilityBin(8, 0.8, 0.5)), 0.3).image();

    // The right half of a square of 450 pixels: half of it bar, 0.3 of it gap.
    assertThat(column(image, 440, colour -> colour == BAR)).isBetween(310L, 318L);
    assertThat(column(image, 440, ReliabilityChartTest::isOrange)).isBetween(130L, 137L);
    assertThat(column(image, 150, colour -> colour == BAR)).isZero();
  }

  @Test
  void thePictureIsWrittenAsPng() throws IOException {
    Path file = folder.resolve("reliability.png");
    new ReliabilityChart(List.of(EMPTY, EMPTY), Double.NaN).write(file);

    assertThat(ImageIO.read(file.toFile()).getWidth()).isEqualTo(558);
  }

  private static boolean isOrange(int colour) {
    return new Color(colour).getRed() > new Color(colour).getBlue() + 80;
  }

  private static long column(BufferedImage image, int x, IntPredicate colour) {
    return IntStream.range(0, image.getHeight())
        .filter(y -> colour.test(image.getRGB(x, y)))
        .count();
  }
}
