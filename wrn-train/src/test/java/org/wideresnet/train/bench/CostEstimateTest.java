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
    return measured(images, images / 8.0, bytes);
  }

  private static TrainingBenchmark.Measured measured(int images, double seconds, long bytes) {
    return new TrainingBenchmark.Measured("WRN-10-1", images, seconds, images / seconds, 1, bytes);
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
    assertThat(estimate.imagesPerSecond()).isCloseTo(8, within(1e-9));
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

  /** 0.2 s a round and 0.1 s an image. */
  @Test
  void whatARoundTakesBesideItsImagesIsExtrapolatedAsSuch(@TempDir Path temp) throws IOException {
    TrainingBenchmark.Measured small = measured(2, 0.4, 0);
    TrainingBenchmark.Measured large = measured(4, 0.6, 0);

    TrainingPlan oneRound = plan(temp, ComputeSettings.DEFAULTS);
    assertThat(CostEstimate.of(oneRound, small, large).imagesPerSecond())
        .isCloseTo(16 / (0.2 + 1.6), within(1e-9));
    TrainingPlan rounds = plan(temp, ComputeSettings.DEFAULTS.with("accumulate", 4));
    assertThat(CostEstimate.of(rounds, small, large).imagesPerSecond())
        .isCloseTo(16 / (0.8 + 1.6), within(1e-9));
  }

  /** The larger batch was quicker, as happens on a busy machine. */
  @Test
  void aTimeThatCannotBeTakenApartIsTakenAsOfTheImages(@TempDir Path temp) throws IOException {
    TrainingPlan plan = plan(temp, ComputeSettings.DEFAULTS);

    assertThat(CostEstimate.of(plan, measured(2, 0.7, 0), measured(4, 0.5, 0)).imagesPerSecond())
        .isCloseTo(8, within(1e-9));
  }

  /** Two processes share the cores, and add up 0.3 MB of weights in 0.7 ms and some. */
  @Test
  void processesTakeTheTimeOfOneAndThatOfTheirSum(@TempDir Path temp) throws IOException {
    TrainingPlan plan = plan(temp, ComputeSettings.DEFAULTS.with("workers", 2));

    assertThat(16 / CostEstimate.of(plan, measured(2, 0), measured(4, 0)).imagesPerSecond())
        .isBetween(2 + 0.7e-3, 2 + 3e-3);
  }

  @Test
  void theTowersThatAreAskedForAreMeasured(@TempDir Path temp) throws IOException {
    TrainingPlan plan = plan(temp, ComputeSettings.DEFAULTS.with("towers", 4));

    assertThat(CostEstimate.batches(plan, 0)).containsExactly(8, 16);
    assertThat(CostEstimate.measure(plan).imagesPerSecond()).isPositive();
  }

  /** A few images would keep a GPU waiting for its kernels. */
  @Test
  void onAGpuWholeRoundsOfLargeNetworksAreMeasured(@TempDir Path temp) throws IOException {
    Recipe recipe =
        Recipe.load("quick")
            .with("network.model", "wrn-28-10")
            .with("network.variant", Variant.PAPER)
            .with("batch_size", 128);
    TrainingPlan plan =
        TrainingPlan.of(recipe, BrightImages.write(temp, 130, 30, 4), 0, ComputeSettings.DEFAULTS);

    assertThat(CostEstimate.batches(plan, 0)).containsExactly(7, 15);
    assertThat(CostEstimate.batches(plan, 1)).containsExactly(64, 128);
  }
}
