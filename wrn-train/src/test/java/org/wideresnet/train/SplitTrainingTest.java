package org.wideresnet.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.wideresnet.data.files.CifarDataset;
import org.wideresnet.model.Variant;
import org.wideresnet.train.run.History;
import org.wideresnet.train.run.RunDirectory;
import org.wideresnet.train.settings.ComputeSettings;
import org.wideresnet.train.settings.Recipe;

/** Whole trainings, with augmentation and dropout, whose batches are split in different ways. */
class SplitTrainingTest {
  private static final int STEPS = 12;

  @TempDir Path temp;
  private CifarDataset data;

  @BeforeEach
  void writeData() throws IOException {
    data = BrightImages.write(temp, 96, 30, 4);
  }

  /** Where the parts are added in another order, rounding differs and grows from step to step. */
  @ParameterizedTest
  @CsvSource({"1, 2, 2, 1, 1e-6", "1, 4, 4, 1, 1e-6", "2, 2, 1, 4, 3e-4"})
  void partsOfABatchAreTheSameSideBySideAndOneAfterTheOther(
      int towers, int accumulate, int otherTowers, int otherAccumulate, double tolerance)
      throws IOException {
    Path one = train(plan(towers, accumulate), "one");
    Path other = train(plan(otherTowers, otherAccumulate), "other");
    Map<String, float[]> expected = Weights.of(other, STEPS);
    Weights.of(one, STEPS)
        .forEach(
            (name, values) ->
                assertThat(values)
                    .as(name)
                    .containsExactly(expected.get(name), within((float) tolerance)));
    for (int epoch = 0; epoch < 2; epoch++) {
      History.Row row = History.open(new RunDirectory(one).history()).rows().get(epoch);
      History.Row otherRow = History.open(new RunDirectory(other).history()).rows().get(epoch);
      assertThat(row.loss()).isCloseTo(otherRow.loss(), within(tolerance));
      assertThat(row.accuracy()).isCloseTo(otherRow.accuracy(), within(tolerance));
    }
  }

  @Test
  void aSplitBatchIsNormalisedByParts() throws IOException {
    assertThat(Weights.of(train(plan(2, 1), "split"), STEPS).get("conv2d/kernel"))
        .isNotEqualTo(Weights.of(train(plan(1, 1), "whole"), STEPS).get("conv2d/kernel"));
  }

  @Test
  void resumedInTheMidstOfAnEpochItEndsWithTheSameBits() throws IOException {
    TrainingPlan plan = plan(2, 2);
    Path whole = train(plan, "whole");
    Path parts = temp.resolve("parts");
    try (TrainingRun run = TrainingRun.create(parts, plan, temp)) {
      run.train(
          new TrainingListener() {
            @Override
            public void stepDone(int epoch, int steps, double loss, double accuracy) {
              if (epoch == 0 && steps == 4) {
                run.stop();
              }
            }
          });
    }
    try (TrainingRun run = TrainingRun.resume(RunDirectory.open(parts), data)) {
      assertThat(run.plan().options()).isEqualTo(plan.options());
      assertThat(run.train(TrainingListener.SILENT)).isPresent();
    }
    assertThat(Weights.file(parts, STEPS)).hasSameBinaryContentAs(Weights.file(whole, STEPS));
  }

  @Test
  void aBatchThatCannotBeSplitIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> plan(3, 2))
        .withMessage(
            "--batch-size is 16; with --towers 3, --accumulate 2 and --workers 1 it must be a"
                + " multiple of 6.");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> plan(0, 1))
        .withMessage("--towers is 0; it must be 1 or more.");
  }

  private Path train(TrainingPlan plan, String name) throws IOException {
    Path path = temp.resolve(name);
    try (TrainingRun run = TrainingRun.create(path, plan, temp)) {
      run.train(TrainingListener.SILENT);
    }
    return path;
  }

  /**
   * A network and batches that are quickly trained, with all that depends on how they are split.
   */
  static Recipe smallRecipe() {
    return Recipe.load("quick")
        .with("network.model", "wrn-10-1")
        .with("network.variant", Variant.PAPER)
        .with("batch_size", 16)
        .with("network.dropout", 0.1);
  }

  private TrainingPlan plan(int towers, int accumulate) throws IOException {
    Recipe recipe = smallRecipe().with("epochs", 2).with("learning_rate", 0.01);
    return TrainingPlan.of(
        recipe,
        data,
        0,
        ComputeSettings.DEFAULTS
            .with("deterministic", true)
            .with("towers", towers)
            .with("accumulate", accumulate));
  }
}
