package org.wideresnet.data.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wideresnet.data.Records;
import org.wideresnet.data.augment.Augmentation;

class PipelineBenchmarkTest {

  private static final Augmentation FLIP_CROP = Augmentation.parse("flip-crop");

  @TempDir Path folder;

  @Test
  void bothRatesAreMeasured() throws IOException {
    Path file = Records.numbered(folder, 0, 60);
    PipelineBenchmark.Result result =
        new PipelineBenchmark(20, FLIP_CROP, 2).run(List.of(file), Records.NUMBERED);
    assertThat(result.imagesPerSecond()).isPositive().isFinite();
    assertThat(result.imagesPerSecondPlain()).isPositive().isFinite();
  }

  @Test
  void noEpochIsRefused() {
    assertThatThrownBy(() -> new PipelineBenchmark(20, FLIP_CROP, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("The number of epochs is 0; a benchmark needs 1 or more.");
  }
}
