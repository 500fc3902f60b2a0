package org.wideresnet.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.wideresnet.data.files.CifarDataset;
import org.wideresnet.model.Normalization;
import org.wideresnet.model.Variant;
import org.wideresnet.model.WideResNetConfig.Padding;
import org.wideresnet.model.variables.NamedTensors;
import org.wideresnet.model.weights.Checkpoint;
import org.wideresnet.train.metrics.Evaluator;
import org.wideresnet.train.run.History;
import org.wideresnet.train.run.RunConfig;
import org.wideresnet.train.run.RunDirectory;
import org.wideresnet.train.settings.ComputeSettings;
import org.wideresnet.train.settings.DeviceChoice;
import org.wideresnet.train.settings.Recipe;
import org.wideresnet.train.settings.ScheduleSettings;

/** Trains on 96 images whose class shows in their brightness. */
class TrainerTest {
  private static final int CLASSES = 4;

  @TempDir Path temp;
  private CifarDataset data;

  @BeforeEach
  void writeData() throws IOException {
    data = BrightImages.write(temp, 96, 30, CLASSES);
  }

  @Test
  void learnsAndWritesHistoryAndCheckpoints() throws IOException {
    RunDirectory run = new RunDirectory(temp.resolve("run"));
    Optional<RunConfig.Result> result = train(plan(5, 0), run);
    assertThat(result).isPresent();
    assertThat(result.get().steps()).isEqualTo(30);
    assertThat(result.get().testAccuracy()).isGreaterThan(0.9);

    List<History.Row> rows = History.open(run.history()).rows();
    assertThat(rows).hasSize(5);
    assertThat(rows)
        .allSatisfy(
            row -> {
              assertThat(row.gradientNorm()).isPositive().isLessThan(100);
              assertThat(row.dataWait()).isBetween(0.0, 1.0);
            });
    assertThat(rows.get(4).loss()).isLessThan(rows.get(0).loss());
    assertThat(rows.get(4).valAccuracy()).isEqualTo(result.get().testAccuracy());
    assertThat(rows.get(0).learningRate())
        .isCloseTo(0.05 * (1 + Math.cos(Math.PI * 5 / 30)), within(1e-9));
    assertThat(run.checkpoints().steps()).containsExactly(24L, 30L);
    Checkpoint last = Checkpoint.open(run.checkpoints().path(30));
    assertThat(last.description().testAccuracy()).isEqualTo(result.get().testAccuracy());
    assertThat(last.description().epoch()).isEqualTo(5);
    assertThat(last.description().dataChecksum()).isEqualTo(data.checksum());
  }

  /** Stops in the midst of an epoch, at the end of one, and after the first step. */
  @ParameterizedTest
  @ValueSource(ints = {1, 8, 12})
  void resumedTrainingEndsWithTheSameBits(int stopAfter) throws IOException {
    RunDirectory whole = new RunDirectory(temp.resolve("whole"));
    train(plan(3, 0), whole);

    RunDirectory parts = new RunDirectory(temp.resolve("parts"));
    try (Trainer trainer = new Trainer(plan(3, 0))) {
      assertThat(trainer.fit(parts, stopper(trainer, stopAfter))).isEmpty();
    }
    OptionalLong latest = parts.checkpoints().latest();
    assertThat(latest).hasValue(stopAfter);
    try (Trainer trainer = new Trainer(plan(3, 0))) {
      trainer.resume(Checkpoint.open(parts.checkpoints().path(stopAfter)));
      assertThat(trainer.fit(parts, TrainingListener.SILENT)).isPresent();
    }

    assertThat(parts.checkpoints().path(18).resolve("model.data-00000-of-00001"))
        .hasSameBinaryContentAs(whole.checkpoints().path(18).resolve("model.data-00000-of-00001"));
    assertThat(withoutTime(parts)).isEqualTo(withoutTime(whole));
  }

  /**
   * The checkpoint has the averages under the names of the weights, and the weights beside them.
   */
  @Test
  void averagedWeightsAreEvaluatedAndKeptAndResumedToTheSameBits() throws IOException {
    TrainingPlan plan = plan(3, 0);
    TrainingPlan averaging = with(plan, plan.recipe().with("ema_decay", 0.9));
    RunDirectory plain = new RunDirectory(temp.resolve("plain"));
    train(plan, plain);
    RunDirectory whole = new RunDirectory(temp.resolve("whole"));
    train(averaging, whole);
    RunDirectory parts = new RunDirectory(temp.resolve("parts"));
    try (Trainer trainer = new Trainer(averaging)) {
      assertThat(trainer.fit(parts, stopper(trainer, 8))).isEmpty();
    }
    try (Trainer trainer = new Trainer(averaging)) {
      trainer.resume(Checkpoint.open(parts.checkpoints().path(8)));
      assertThat(trainer.fit(parts, TrainingListener.SILENT)).isPresent();
    }

    String file = "model.data-00000-of-00001";
    assertThat(parts.checkpoints().path(18).resolve(file))
        .hasSameBinaryContentAs(whole.checkpoints().path(18).resolve(file));
    Checkpoint last = Checkpoint.open(whole.checkpoints().path(18));
    assertThat(History.open(whole.history()).rows().get(2).valLoss())
        .isEqualTo(Evaluator.evaluate(last, data, new DeviceChoice("cpu")).nll());
    try (NamedTensors trained = last.read(List.of("conv2d/kernel/trained"));
        NamedTensors average = last.read(List.of("conv2d/kernel"));
        NamedTensors without =
            Checkpoint.open(plain.checkpoints().path(18)).read(List.of("conv2d/kernel"))) {
      assertThat(trained.get("conv2d/kernel/trained")).isEqualTo(without.get("conv2d/kernel"));
      assertThat(average.get("conv2d/kernel")).isNotEqualTo(without.get("conv2d/kernel"));
    }
  }

  private static TrainingListener stopper(Trainer trainer, int stopAfter) {
    return new TrainingListener() {
      private int seen;

      @Override
      public void stepDone(int epoch, int steps, double loss, double accuracy) {
        if (++seen == stopAfter) {
          trainer.stop();
        }
      }
    };
  }

  private static List<List<Double>> withoutTime(RunDirectory run) throws IOException {
    return History.open(run.history()).rows().stream()
        .map(
            r ->
                List.of(
                    r.accuracy(),
                    r.learningRate(),
                    r.loss(),
                    r.valAccuracy(),
                    r.valLoss(),
                    r.gradientNorm()))
        .toList();
  }

  @Test
  void checkpointsWithinAnEpochKeepTheLastTwo() throws IOException {
    RunDirectory run = new RunDirectory(temp.resolve("run"));
    List<Set<Long>> seen = new ArrayList<>();
    try (Trainer trainer = new Trainer(checkpointEvery("4", plan(2, 0)))) {
      trainer.fit(
          run,
          new TrainingListener() {
            @Override
            public void stepDone(int epoch, int steps, double loss, double accuracy) {
              seen.add(checkpoints(run));
            }
          });
    }
    assertThat(seen.get(4)).containsExactly(4L);
    assertThat(seen.get(6)).containsExactly(4L, 6L);
    assertThat(seen.get(8)).containsExactly(6L, 8L);
    assertThat(seen.get(11)).containsExactly(6L, 8L);
    assertThat(run.checkpoints().steps()).containsExactly(8L, 12L);
  }

  private static Set<Long> checkpoints(RunDirectory run) {
    try {
      return new TreeSet<>(run.checkpoints().steps());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The second data set has other images where the split is. */
  @Test
  void validationSplitIsNotTrainedOn() throws IOException {
    TrainingPlan plan = plan(1, 32);
    assertThat(plan.stepsPerEpoch()).isEqualTo(4);
    train(plan, new RunDirectory(temp.resolve("one")));
    Map<String, float[]> one = Weights.of(temp.resolve("one"), 4);

    Path file = data.trainFiles().get(0);
    byte[] bytes = Files.readAllBytes(file);
    int split = 64 * data.layout().recordBytes();
    for (int i = split; i < bytes.length; i++) {
      bytes[i] = (byte) (i % data.layout().recordBytes() == 0 ? bytes[i] : ~bytes[i]);
    }
    Files.write(file, bytes);
    train(plan, new RunDirectory(temp.resolve("other")));
    assertThat(Weights.of(temp.resolve("other"), 4)).usingRecursiveComparison().isEqualTo(one);
    double accuracy = History.open(run("one").history()).rows().get(0).valAccuracy();
    assertThat(History.open(run("other").history()).rows().get(0).valAccuracy())
        .isNotEqualTo(accuracy);
  }

  /** The network learns nothing, so that its best epoch comes long before the last two. */
  @Test
  void theCheckpointThatIsBestOnTheValidationSplitStays() throws IOException {
    Recipe hopeless = plan(6, 32).recipe().with("learning_rate", 1e-9);
    train(with(plan(6, 32), hopeless), run("run"));
    List<History.Row> rows = History.open(run("run").history()).rows();
    double best = rows.stream().mapToDouble(History.Row::valAccuracy).max().orElseThrow();
    int bestEpoch = rows.stream().filter(r -> r.valAccuracy() == best).findFirst().get().epoch();
    assertThat(bestEpoch).isLessThan(4);
    assertThat(run("run").checkpoints().steps()).containsExactly((bestEpoch + 1) * 4L, 20L, 24L);
  }

  private RunDirectory run(String name) {
    return new RunDirectory(temp.resolve(name));
  }

  @Test
  void endsEarlyWhenTheValidationAccuracyStalls() throws IOException {
    RunDirectory run = new RunDirectory(temp.resolve("run"));
    Recipe hopeless = plan(9, 32).recipe().with("learning_rate", 1e-9).with("early_stopping", 2);
    RunConfig.Result result = train(with(plan(9, 32), hopeless), run).orElseThrow();
    assertThat(result.epochs()).isEqualTo(3);
    assertThat(result.steps()).isEqualTo(12);
    assertThat(run.checkpoints().latest()).hasValue(12);
    try (Trainer trainer = new Trainer(with(plan(9, 32), hopeless))) {
      trainer.resume(Checkpoint.open(run.checkpoints().path(12)));
      assertThat(trainer.fit(run, TrainingListener.SILENT).orElseThrow().epochs()).isEqualTo(3);
    }
    assertThatThrownBy(() -> with(plan(9, 0), hopeless))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "--early-stopping goes by the accuracy on a validation split; cut one with"
                + " --validation N.");
  }

  @Test
  void divergenceIsOneSentenceThatNamesTheStep() {
    Recipe wild = plan(2, 0).recipe().with("learning_rate", 1e30);
    TrainingPlan plan = with(plan(2, 0), wild);
    assertThatThrownBy(() -> train(plan, new RunDirectory(temp.resolve("run"))))
        .isInstanceOf(TrainingDivergedException.class)
        .hasMessageMatching(
            "The loss became \\S+ in step \\d+ at a learning rate of \\S+; try a smaller one\\.");
  }

  /** The first epoch goes well; then the learning rate is too large for a float. */
  @ParameterizedTest
  @CsvSource({
    "epoch, The loss became NaN in step 7",
    "1, The weight \\S+ became infinite in step 6"
  })
  void divergenceNamesTheLastGoodCheckpoint(String interval, String what) throws IOException {
    RunDirectory run = new RunDirectory(temp.resolve("run"));
    Recipe wild =
        plan(3, 0).recipe().with("schedule", new ScheduleSettings.Step(List.of(2), 1e42, 0));
    TrainingPlan plan = with(plan(3, 0), wild);
    try (Trainer trainer = new Trainer(checkpointEvery(interval, plan))) {
      assertThatThrownBy(() -> trainer.fit(run, TrainingListener.SILENT))
          .isInstanceOf(TrainingDivergedException.class)
          .hasMessageMatching(
              what
                  + " at a learning rate of \\S+; try a smaller one, for example from the last good"
                  + " checkpoint, with --weights "
                  + run.checkpoints().path(6)
                  + "\\.");
    }
    assertThat(run.checkpoints().latest()).hasValue(6);
  }

  /** An epoch has one step, and the second one makes the weights infinite. */
  @Test
  void divergenceInTheLastStepOfAnEpochIsNoticedByItsEvaluation() {
    Recipe wild =
        plan(3, 0)
            .recipe()
            .with("steps_per_epoch", 1)
            .with("schedule", new ScheduleSettings.Step(List.of(2), 1e42, 0));
    assertThatThrownBy(() -> train(with(plan(3, 0), wild), run("run")))
        .isInstanceOf(TrainingDivergedException.class)
        .hasMessageContainingAll(
            "became NaN in step 1 at a learning rate of",
            "--weights " + run("run").checkpoints().path(1));
  }

  @Test
  void refusesTheCheckpointOfAnotherNetwork() throws IOException {
    RunDirectory run = new RunDirectory(temp.resolve("run"));
    train(plan(1, 0), run);
    TrainingPlan plan = plan(1, 0);
    TrainingPlan wider =
        new TrainingPlan(
            Variant.PAPER.config(10, 2, CLASSES),
            plan.normalization(),
            plan.recipe(),
            plan.data(),
            0,
            plan.options());
    try (Trainer trainer = new Trainer(wider)) {
      assertThatThrownBy(() -> trainer.resume(Checkpoint.open(run.checkpoints().path(6))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("holds another network (WRN-10-1 (paper), 4 classes, padding SAME)")
          .hasMessageContaining("trains (WRN-10-2 (paper), 4 classes, padding SYMMETRIC)");
    }
  }

  @Test
  void refusesABatchThatIsLargerThanTheData() {
    Recipe large = plan(1, 0).recipe().with("batch_size", 97);
    assertThatThrownBy(() -> with(plan(1, 0), large))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("--batch-size is 97, but there are only 96 images to train on.");
    assertThatThrownBy(() -> plan(1, 96))
        .hasMessage(
            "--validation is 96; the training set has 96 images, so it must lie in [0, 96).");
  }

  private static Optional<RunConfig.Result> train(TrainingPlan plan, RunDirectory run)
      throws IOException {
    try (Trainer trainer = new Trainer(plan)) {
      return trainer.fit(run, TrainingListener.SILENT);
    }
  }

  private TrainingPlan plan(int epochs, int validation) {
    Recipe recipe = Recipe.load("quick").with("epochs", epochs).with("batch_size", 16);
    return new TrainingPlan(
        Variant.PAPER.config(10, 1, CLASSES).withPadding(Padding.SAME).withDropout(0.1f),
        Normalization.PAPER_CIFAR10,
        recipe,
        data,
        validation,
        ComputeSettings.DEFAULTS.with("deterministic", true));
  }

  private static TrainingPlan checkpointEvery(String interval, TrainingPlan plan) {
    return new TrainingPlan(
        plan.network(),
        plan.normalization(),
        plan.recipe(),
        plan.data(),
        plan.validation(),
        plan.options().with("checkpoint_every", interval));
  }

  private static TrainingPlan with(TrainingPlan plan, Recipe recipe) {
    return new TrainingPlan(
        plan.network(),
        plan.normalization(),
        recipe,
        plan.data(),
        plan.validation(),
        plan.options());
  }
}
