package org.wideresnet.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wideresnet.model.Precision;
import org.wideresnet.model.Variant;
import org.wideresnet.model.variables.NamedTensors;
import org.wideresnet.model.weights.Checkpoint;
import org.wideresnet.train.run.RunDirectory;
import org.wideresnet.train.settings.ComputeSettings;
import org.wideresnet.train.settings.Recipe;

/** Two epochs of two steps of two images, since a CPU is slow in float16. */
class Float16ResumeTest {
  @TempDir Path temp;

  /** The checkpoint has the scale of the loss, and the count of the steps since it was changed. */
  @Test
  void resumedTrainingEndsWithTheSameBits() throws IOException {
    TrainingPlan plan = plan();
    RunDirectory whole = new RunDirectory(temp.resolve("whole"));
    try (Trainer trainer = new Trainer(plan)) {
      assertThat(trainer.fit(whole, TrainingListener.SILENT)).isPresent();
    }
    RunDirectory parts = new RunDirectory(temp.resolve("parts"));
    try (Trainer trainer = new Trainer(plan)) {
      TrainingListener stopper =
          new TrainingListener() {
            @Override
            public void stepDone(int epoch, int steps, double loss, double accuracy) {
              if (epoch == 1) {
                trainer.stop();
              }
            }
          };
      assertThat(trainer.fit(parts, stopper)).isEmpty();
    }
    Checkpoint third = Checkpoint.open(parts.checkpoints().path(3));
    try (NamedTensors count = third.read(List.of("loss_scale/good_steps"))) {
      assertThat(Weights.arrays(count).values()).allMatch(values -> values[0] <= 3);
    }
    try (Trainer trainer = new Trainer(plan)) {
      trainer.resume(third);
      assertThat(trainer.fit(parts, TrainingListener.SILENT)).isPresent();
    }
    assertThat(Weights.file(parts.path(), 4)).hasSameBinaryContentAs(Weights.file(whole.path(), 4));
  }

  private TrainingPlan plan() throws IOException {
    Recipe recipe =
        Recipe.load("quick")
            .with("network.model", "wrn-10-1")
            .with("network.variant", Variant.PAPER)
            .with("epochs", 2)
            .with("batch_size", 2);
    return TrainingPlan.of(
        recipe,
        BrightImages.write(temp, 4, 2, 4),
        0,
        ComputeSettings.DEFAULTS.with("deterministic", true).with("precision", Precision.FP16));
  }
}
