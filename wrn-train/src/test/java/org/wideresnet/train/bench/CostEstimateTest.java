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
  @Test
  void timeIsThatOfAllImagesAtTheMeasuredRate(@TempDir Path temp) throws IOException {
    Recipe recipe =
        Recipe.load("quick")
            .with("network.model", "wrn-10-1")
            .with("network.variant", Variant.PAPER)
            .with("epochs", 7)
            .with("batch_size", 16);
    TrainingPlan plan =
        TrainingPlan.of(recipe, BrightImages.write(temp, 100, 30, 4), 0, ComputeSettings.DEFAULTS);
    CostEstimate estimate = CostEstimate.measure(plan);
    double images = 7 * (6 * 16 + 30 / 3.0);
    assertThat(estimate.seconds() * estimate.imagesPerSecond()).isCloseTo(images, within(1e-6));
    assertThat(estimate.memoryBytes()).isGreaterThanOrEqualTo(0);
  }
}
