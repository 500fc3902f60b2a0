package org.wideresnet.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.wideresnet.data.files.CifarDataset;
import org.wideresnet.model.Normalization;
import org.wideresnet.model.Variant;
import org.wideresnet.train.run.History;
import org.wideresnet.train.run.RunCheckpoints;
import org.wideresnet.train.run.RunConfig;
import org.wideresnet.train.run.RunDirectory;
import org.wideresnet.train.settings.ComputeSettings;
import org.wideresnet.train.settings.Recipe;

class TrainingRunTest {
  @TempDir Path temp;
  private CifarDataset data;
  private Path path;

  @BeforeEach
  void writeData() throws IOException {
    data = BrightImages.write(temp, 64, 20, 4);
    path = temp.resolve("runs/bright");
  }

  @Test
  void keepsEverythingOfTheRunInItsDirectory() throws IOException {
    Optional<RunConfig.Result> result = train(plan());
    RunDirectory directory = RunDirectory.open(path);
    RunConfig config = RunConfig.read(directory.runJson());
    assertThat(config.state()).isEqualTo(RunConfig.State.FINISHED);
    assertThat(config.result()).isEqualTo(result.orElseThrow());
    assertThat(config.data().checksum()).isEqualTo(data.checksum());
    assertThat(config.options().seed()).isEqualTo(5);
    assertThat(config.recipe()).isEqualTo(plan().recipe());
    assertThat(config.versions().tensorflow()).startsWith("2.");
    assertThat(path).isDirectoryContaining("glob:**/{history.csv}");
  }

  @Test
  void stoppedRunIsResumedWithTheSettingsOfItsDirectory() throws IOException {
    try (TrainingRun run = TrainingRun.create(path, plan(), temp)) {
      assertThat(run.train(stopAfter(run, 6))).isEmpty();
    }
    RunDirectory directory = RunDirectory.open(path);
    assertThat(RunConfig.read(directory.runJson()).state()).isEqualTo(RunConfig.State.INTERRUPTED);
    try (TrainingRun run = TrainingRun.resume(directory, data)) {
      assertThat(run.resumedFrom()).contains(directory.checkpoints().path(6));
      assertThat(run.train(TrainingListener.SILENT)).isPresent();
    }
    assertThat(RunConfig.read(directory.runJson()).result().steps()).isEqualTo(8);
    assertThat(History.open(directory.history()).rows()).hasSize(2);
  }

  @Test
  void damagedNewestCheckpointIsPassedOver() throws IOException {
    train(plan());
    RunCheckpoints checkpoints = RunDirectory.open(path).checkpoints();
    damage(checkpoints.path(8));
    try (TrainingRun run = TrainingRun.resume(RunDirectory.open(path), data)) {
      assertThat(run.resumedFrom()).contains(checkpoints.path(4));
      assertThat(run.damagedCheckpoints())
          .containsExactly(checkpoints.folder().resolve("step-000008.damaged"));
      assertThat(run.train(TrainingListener.SILENT)).isPresent();
    }
    assertThat(History.open(RunDirectory.open(path).history()).rows()).hasSize(2);
    assertThat(checkpoints.steps()).containsExactly(4L, 8L);
    damage(checkpoints.path(4));
    damage(checkpoints.path(8));
    assertThatThrownBy(() -> TrainingRun.resume(RunDirectory.open(path), data))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is damaged");
  }

  private static void damage(Path checkpoint) throws IOException {
    Path file = checkpoint.resolve("model.data-00000-of-00001");
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 100] ^= 1;
    Files.write(file, bytes);
  }

  @Test
  void otherDataAndASecondProcessAreRefused() throws IOException {
    train(plan());
    RunDirectory directory = RunDirectory.open(path);
    try (TrainingRun run = TrainingRun.resume(directory, data)) {
      assertThat(run.directory()).isEqualTo(directory);
      assertThatThrownBy(() -> TrainingRun.resume(directory, data))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("is in use");
    }
    CifarDataset other = BrightImages.write(temp, 60, 20, 4);
    assertThatThrownBy(() -> TrainingRun.resume(directory, other))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("was trained on other files than those of bright");
    assertThatThrownBy(() -> TrainingRun.create(path, plan(), temp))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("exists; continue that run with --resume");
  }

  /** The test file ends in its midst, which shows when the graph is built. */
  @Test
  void aTrainingThatCannotBeBuiltFreesItsLock() throws IOException {
    TrainingPlan plan = plan();
    Path file = data.testFiles().get(0);
    Files.write(file, new byte[5_000]);
    assertThatThrownBy(() -> TrainingRun.create(path, plan, temp))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(file.toString());
    new RunDirectory(path).lock().close();
  }

  static List<String> recipes() {
    return Recipe.SHIPPED;
  }

  @ParameterizedTest
  @MethodSource("recipes")
  void everyRecipeTrainsThreeSteps(String name) throws IOException {
    Recipe recipe =
        Recipe.load(name)
            .with("network.model", "wrn-10-1")
            .with("batch_size", 16)
            .with("steps_per_epoch", 3);
    if (Recipe.load(name).network().variant().isEmpty()) {
      recipe = recipe.with("network.variant", Variant.PAPER);
    }
    TrainingPlan plan = TrainingPlan.of(recipe, data, 0, ComputeSettings.DEFAULTS.with("seed", 5));
    assertThat(plan.normalization().kind()).isEqualTo(Recipe.load(name).normalization());
    try (TrainingRun run = TrainingRun.create(path, plan, temp)) {
      run.train(stopAfter(run, 3));
    }
    assertThat(RunDirectory.open(path).checkpoints().latest()).hasValue(3);
  }

  @Test
  void normalisationComesFromTheImagesThatAreTrainedOn() throws IOException {
    TrainingPlan all = plan();
    TrainingPlan split =
        TrainingPlan.of(
            all.recipe(),
            data,
            31,
            ComputeSettings.DEFAULTS.with("seed", 5).with("deterministic", true));
    assertThat(all.normalization().kind()).isEqualTo(Normalization.Kind.CHANNEL);
    assertThat(split.normalization()).isNotEqualTo(all.normalization());
    assertThat(split.trainExamples()).isEqualTo(33);
    assertThat(all.augmentation().fill().get(0))
        .isEqualTo(Math.round(all.normalization().mean().get(0)));
  }

  private Optional<RunConfig.Result> train(TrainingPlan plan) throws IOException {
    try (TrainingRun run = TrainingRun.create(path, plan, temp)) {
      return run.train(TrainingListener.SILENT);
    }
  }

  private TrainingPlan plan() throws IOException {
    Recipe recipe =
        Recipe.load("quick")
            .with("network.model", "wrn-10-1")
            .with("network.variant", Variant.PAPER)
            .with("epochs", 2)
            .with("batch_size", 16);
    return TrainingPlan.of(
        recipe, data, 0, ComputeSettings.DEFAULTS.with("seed", 5).with("deterministic", true));
  }

  private static TrainingListener stopAfter(TrainingRun run, int steps) {
    return new TrainingListener() {
      private int seen;

      @Override
      public void stepDone(int epoch, int stepsOfEpoch, double loss, double accuracy) {
        if (++seen == steps) {
          run.stop();
        }
      }
    };
  }
}
