package org.wideresnet.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wideresnet.model.Variant;
import org.wideresnet.model.weights.Checkpoint;
import org.wideresnet.train.run.History;
import org.wideresnet.train.run.RunConfig;
import org.wideresnet.train.run.RunDirectory;
import org.wideresnet.train.settings.ComputeSettings;
import org.wideresnet.train.settings.Recipe;

/** Trains on four batches an epoch. */
class EvaluationIntervalTest {
  private static final int CLASSES = 4;

  @TempDir Path temp;

  /** The epochs 2, 4 and 5 of five; what is trained is the same. */
  @Test
  void everyOtherEpochAndTheLastOne() throws IOException {
    train(plan(1, 5, 0, 0), "always");
    RunConfig.Result result = train(plan(2, 5, 0, 0), "seldom");

    List<History.Row> rows = History.open(run("seldom").history()).rows();
    assertThat(rows)
        .extracting(History.Row::wasEvaluated)
        .containsExactly(false, true, false, true, true);
    assertThat(rows.get(0).valLoss()).isNaN();
    assertThat(rows.get(4).valAccuracy()).isEqualTo(result.testAccuracy());
    assertThat(Weights.of(run("seldom").path(), 20))
        .usingRecursiveComparison()
        .isEqualTo(Weights.of(run("always").path(), 20));
  }

  /** The third epoch is not evaluated; the run is stopped after it and goes on from there. */
  @Test
  void resumesAfterAnEpochThatWasNotEvaluated() throws IOException {
    TrainingPlan plan = plan(2, 4, 0, 0);
    train(plan, "whole");
    try (Trainer trainer = new Trainer(plan)) {
      TrainingListener stopper =
          new TrainingListener() {
            @Override
            public void stepDone(int epoch, int steps, double loss, double accuracy) {
              if (epoch == 2 && steps == 4) {
                trainer.stop();
              }
            }
          };
      assertThat(trainer.fit(run("parts"), stopper)).isEmpty();
    }
    Checkpoint third = Checkpoint.open(run("parts").checkpoints().path(12));
    assertThat(third.description().testAccuracy()).isNull();
    try (Trainer trainer = new Trainer(plan)) {
      trainer.resume(third);
      assertThat(trainer.fit(run("parts"), TrainingListener.SILENT)).isPresent();
    }
    assertThat(losses("parts")).isEqualTo(losses("whole"));
  }

  /**
   * Only evaluations count, so it ends with the first one that is no better than the one before.
   */
  @Test
  void endsEarlyOnlyAfterAnEvaluation() throws IOException {
    int epochs = train(plan(3, 30, 32, 2), "run").epochs();
    assertThat(epochs).isLessThan(30);
    History history = History.open(run("run").history());
    assertThat(history.lastEvaluated()).map(History.Row::epoch).contains(epochs - 1);
    assertThat(history.best()).map(History.Row::epoch).contains(epochs - 4);
    assertThat(run("run").checkpoints().steps())
        .containsExactly((epochs - 3) * 4L, (epochs - 1) * 4L, epochs * 4L);
  }

  private RunDirectory run(String name) {
    return new RunDirectory(temp.resolve(name));
  }

  private RunConfig.Result train(TrainingPlan plan, String name) throws IOException {
    try (Trainer trainer = new Trainer(plan)) {
      return trainer.fit(run(name), TrainingListener.SILENT).orElseThrow();
    }
  }

  private List<List<Double>> losses(String name) throws IOException {
    return History.open(run(name).history()).rows().stream()
        .map(row -> List.of(row.loss(), row.valLoss()))
        .toList();
  }

  /**
   * Returns a plan.
   *
   * @param patience that of early stopping, with a learning rate that teaches nothing; 0 for none
   */
  private TrainingPlan plan(int evaluateEvery, int epochs, int validation, int patience)
      throws IOException {
    Recipe recipe =
        Recipe.load("quick")
            .with("network.model", "wrn-10-1")
            .with("network.variant", Variant.PAPER)
            .with("epochs", epochs)
            .with("batch_size", 16);
    if (patience > 0) {
      recipe = recipe.with("learning_rate", 1e-9).with("early_stopping", patience);
    }
    return TrainingPlan.of(
        recipe,
        BrightImages.write(temp, 64 + validation, 30, CLASSES),
        validation,
        ComputeSettings.DEFAULTS.with("deterministic", true).with("evaluate_every", evaluateEvery));
  }
}
