package org.wideresnet.train.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wideresnet.model.Variant;
import org.wideresnet.train.BrightImages;
import org.wideresnet.train.TrainingPlan;
import org.wideresnet.train.settings.ComputeSettings;
import org.wideresnet.train.settings.Recipe;

class CostEstimateTest {
  private static TrainingBenchmark.Measured measured(int images, long bytes) {
    return new TrainingBenchmark.Measured("WRN-10-1", images, 0.5, 2 * images, 1, bytes);
  }

  private static TrainingPlan plan(Path temp, ComputeSettings options) throws IOException {
    Recipe recipe =
        Recipe.load("quick")
            .with("network.model", "wrn-10-1")
            .with("network.variant", Variant.PAPER)
            .with("epochs", 7)
            .with("batch_size", 16);
    return TrainingPlan.of(recipe, BrightImages.write(temp, 100, 30, 4), 0, options);
  }

  @Test
  void timeAndMemoryAreExtrapolatedToTheWholeTraining(@TempDir Path temp) throws IOException {
    TrainingPlan plan = plan(temp, ComputeSettings.DEFAULTS);
    CostEstimate estimate = CostEstimate.of(plan, measured(2, 1_000), measured(4, 1_200));

    // 7 epochs of 6 batches of 16, and 30 test images in a third of the time, at 8 images/s
    assertThat(estimate.imagesPerSecond()).isEqualTo(8);
    assertThat(estimate.seconds()).isCloseTo(92.75, within(1e-9));
    // 100 bytes an image, 12 images more; and the 130 records of the data set
    assertThat(estimate.memoryBytes()).isEqualTo(1_200 + 12 * 100 + 130 * 3_073);
  }

  @Test
  void onlyAPartOfABatchThatIsComputedInRoundsIsInMemory(@TempDir Path temp) throws IOException {
    TrainingPlan plan = plan(temp, ComputeSettings.DEFAULTS.with("accumulate", 2));

    assertThat(CostEstimate.of(plan, measured(2, 1_000), measured(4, 1_200)).memoryBytes())
        .isEqualTo(1_200 + 4 * 100 + 130 * 3_073);
  }

  @Test
  void nothingIsSaidOfMemoryWhereTheSystemSaysNothing(@TempDir Path temp) throws IOException {
    TrainingPlan plan = plan(temp, ComputeSettings.DEFAULTS);

    assertThat(CostEstimate.of(plan, measured(2, 0), measured(4, 0)).memoryBytes()).isZero();
  }

  @Test
  void theTowersThatAreAskedForAreMeasured(@TempDir Path temp) throws IOException {
    TrainingPlan plan = plan(temp, ComputeSettings.DEFAULTS.with("towers", 4));

    assertThat(CostEstimate.batches(plan)).containsExactly(4, 8);
    assertThat(CostEstimate.measure(plan).imagesPerSecond()).isPositive();
  }
}
