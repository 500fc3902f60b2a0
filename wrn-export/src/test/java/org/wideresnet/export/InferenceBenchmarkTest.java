package org.wideresnet.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InferenceBenchmarkTest {
  @TempDir Path temp;

  @Test
  void measuresRequestsOfManyCallers() throws IOException {
    Path checkpoint = TestModels.checkpoint(temp.resolve("checkpoint"), TestModels.WRN_10_1);
    SavedModelExporter.export(checkpoint, temp.resolve("models"), ExportOptions.DEFAULT);
    try (ImageClassifier classifier = ImageClassifier.load(temp.resolve("models"))) {
      InferenceBenchmark benchmark = new InferenceBenchmark(classifier, 0.05);
      InferenceBenchmark.Row row = benchmark.measure(2, 3);
      assertThat(row.batchSize()).isEqualTo(2);
      assertThat(row.threads()).isEqualTo(3);
      assertThat(row.p50Ms()).isPositive();
      assertThat(row.p95Ms()).isGreaterThanOrEqualTo(row.p50Ms());
      assertThat(row.p99Ms()).isGreaterThanOrEqualTo(row.p95Ms());
      assertThat(row.imagesPerSecond()).isPositive();
      assertThatThrownBy(() -> benchmark.measure(0, 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("The batch size is 0 and the number of threads 1; both must be 1 or more.");
      assertThatThrownBy(() -> new InferenceBenchmark(classifier, 0))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void takesPercentilesByNearestRank() {
    long[] times = LongStream.rangeClosed(1, 200).map(i -> i * 1_000_000).toArray();
    assertThat(InferenceBenchmark.percentileMs(times, 50)).isEqualTo(100);
    assertThat(InferenceBenchmark.percentileMs(times, 95)).isEqualTo(190);
    assertThat(InferenceBenchmark.percentileMs(times, 99)).isEqualTo(198);
    assertThat(InferenceBenchmark.percentileMs(new long[] {3_000_000}, 99)).isEqualTo(3);
  }
}
