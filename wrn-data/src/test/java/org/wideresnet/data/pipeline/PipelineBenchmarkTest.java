package org.wideresnet.data.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.Session;
import org.wideresnet.data.Records;
import org.wideresnet.data.augment.Augmentation;

class PipelineBenchmarkTest {

  private static final Augmentation FLIP_CROP = Augmentation.parse("flip-crop");

  @TempDir Path folder;

  @Test
  void bothRatesAreMediansOfTheEpochsThatCount() throws IOException {
    Path file = Records.numbered(folder, 0, 65); // three batches of 20 an epoch: 60 images
    // Seconds: two epochs that do not count, then by turns augmented and plain ones.
    Iterator<Integer> durations = List.of(9, 9, 1, 2, 3, 4, 2, 60).iterator();
    AtomicInteger looks = new AtomicInteger();
    AtomicLong nanos = new AtomicLong(7);
    PipelineBenchmark.Result result =
        new PipelineBenchmark(20, FLIP_CROP, 3, Session::new)
            .run(
                List.of(file),
                Records.NUMBERED,
                () ->
                    looks.getAndIncrement() % 2 == 0
                        ? nanos.get()
                        : nanos.addAndGet(durations.next() * 1_000_000_000L));
    assertThat(durations.hasNext()).isFalse();
    assertThat(result.imagesPerSecond()).isEqualTo(30);
    assertThat(result.imagesPerSecondPlain()).isEqualTo(15);
  }

  @Test
  void theRatesOfTheClockOnTheWallAreThoseOfThePipeline() throws IOException {
    Path file = Records.numbered(folder, 0, 60);
    long start = System.nanoTime();
    PipelineBenchmark.Result result =
        new PipelineBenchmark(20, FLIP_CROP, 1, Session::new).run(List.of(file), Records.NUMBERED);
    double seconds = (System.nanoTime() - start) / 1e9;
    assertThat(60 / result.imagesPerSecond() + 60 / result.imagesPerSecondPlain())
        .isBetween(0.0, seconds);
  }

  @Test
  void noEpochIsRefused() {
    assertThatThrownBy(() -> new PipelineBenchmark(20, FLIP_CROP, 0, Session::new))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("The number of epochs is 0; a benchmark needs 1 or more.");
  }
}
