package org.wideresnet.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import com.google.common.io.MoreFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wideresnet.data.files.CifarDataset;
import org.wideresnet.data.files.OfficialCifar;
import org.wideresnet.model.Normalization;
import org.wideresnet.model.Variant;
import org.wideresnet.model.WideResNet;
import org.wideresnet.model.WideResNetConfig;
import org.wideresnet.model.variables.NamedTensors;
import org.wideresnet.model.weights.Checkpoint;
import org.wideresnet.model.weights.KerasWeights;
import org.wideresnet.train.metrics.Evaluator;
import org.wideresnet.train.metrics.Metrics;
import org.wideresnet.train.run.RunConfig;
import org.wideresnet.train.run.RunDirectory;
import org.wideresnet.train.settings.ComputeSettings;
import org.wideresnet.train.settings.DeviceChoice;
import org.wideresnet.train.settings.Recipe;

/** Trainings, and runs, that begin with weights from elsewhere. */
class InitialWeightsTest {
  @TempDir Path temp;
  private CifarDataset data;
  private Path checkpoint;
  private Path kerasFile;
  private RunConfig.Result trained;

  @BeforeEach
  void trainAndExport() throws IOException {
    data = BrightImages.write(temp, 64, 20, 4);
    Path first = temp.resolve("first");
    trained = train(first, plan("wrn-10-1", null));
    checkpoint = new RunDirectory(first).checkpoints().path(8);
    kerasFile = temp.resolve("first.h5");
    WideResNet network = WideResNet.of(plan("wrn-10-1", null).network());
    List<String> names = network.weights().stream().map(weight -> weight.name()).toList();
    try (NamedTensors weights = Checkpoint.open(checkpoint).read(names)) {
      KerasWeights.write(kerasFile, network, weights);
    }
  }

  @Test
  void trainingStartsFromACheckpointAsFromTheFileMadeOfIt() throws IOException {
    RunConfig.Result drawn = train(temp.resolve("a"), plan("wrn-10-1", null));
    RunConfig.Result loaded = train(temp.resolve("b"), plan("wrn-10-1", checkpoint));
    RunConfig.Result imported = train(temp.resolve("c"), plan("wrn-10-1", kerasFile));
    assertThat(drawn.testLoss()).isEqualTo(trained.testLoss());
    assertThat(loaded.testLoss()).isNotEqualTo(trained.testLoss());
    assertThat(imported.testLoss()).isEqualTo(loaded.testLoss());
    assertThat(RunConfig.read(new RunDirectory(temp.resolve("c")).runJson()).options().weights())
        .isEqualTo(kerasFile.toString());
  }

  @Test
  void aRunWithoutACheckpointIsResumedFromItsInitialWeights() throws IOException {
    Path path = temp.resolve("b");
    RunConfig.Result loaded = train(path, plan("wrn-10-1", kerasFile));
    RunDirectory directory = RunDirectory.open(path);
    MoreFiles.deleteRecursively(directory.checkpoints().folder());
    try (TrainingRun run = TrainingRun.resume(directory, data)) {
      assertThat(run.resumedFrom()).isEmpty();
      assertThat(run.train(TrainingListener.SILENT).orElseThrow().testLoss())
          .isEqualTo(loaded.testLoss());
    }
  }

  @Test
  void anImportedRunIsEvaluatedAndTrainedOn() throws IOException {
    Path path = temp.resolve("imported");
    RunDirectory directory = ImportedRun.create(path, plan("wrn-10-1", kerasFile));
    assertThat(RunConfig.read(directory.runJson()).state()).isEqualTo(RunConfig.State.INTERRUPTED);
    Checkpoint imported = Checkpoint.open(directory.checkpoints().find(0));
    assertThat(imported.description().data()).isNull();
    Metrics evaluation = Evaluator.evaluate(imported, data, DeviceChoice.AUTO);
    assertThat(evaluation.accuracy()).isEqualTo(trained.testAccuracy());
    assertThat(evaluation.nll()).isCloseTo(trained.testLoss(), within(1e-6));

    RunConfig.Result loaded = train(temp.resolve("b"), plan("wrn-10-1", checkpoint));
    try (TrainingRun run = TrainingRun.resume(directory, data)) {
      assertThat(run.resumedFrom()).contains(directory.checkpoints().path(0));
      assertThat(run.train(TrainingListener.SILENT).orElseThrow().testLoss())
          .isEqualTo(loaded.testLoss());
    }
  }

  @Test
  void aRunThatWasImportedWithoutADataSetIsTrainedOnAnyThatFits() throws IOException {
    CifarDataset bright =
        BrightImages.write(Files.createDirectory(temp.resolve("ten")), 160, 20, 10);
    data =
        new CifarDataset(
            bright.name(),
            bright.layout(),
            OfficialCifar.classNames(10).orElseThrow(),
            bright.trainFiles(),
            bright.testFiles());
    train(temp.resolve("ten-classes"), plan("wrn-10-1", null));
    Path weights = RunDirectory.open(temp.resolve("ten-classes")).checkpoints().path(20);

    WideResNetConfig network = Variant.PAPER.config(10, 1, 10);
    RunDirectory imported =
        ImportedRun.create(temp.resolve("imported"), weights, network, Normalization.Kind.CHANNEL);
    assertThat(RunConfig.read(imported.runJson()).data())
        .isEqualTo(new RunConfig.Data("cifar10", null, null, 0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TrainingRun.resume(imported, data))
        .withMessageContaining("normalised by other numbers, than those of bright");

    RunDirectory plain =
        ImportedRun.create(temp.resolve("plain"), weights, network, Normalization.Kind.NONE);
    try (TrainingRun run = TrainingRun.resume(plain, data)) {
      assertThat(run.config().data().checksum()).isEqualTo(data.checksum());
      assertThat(run.resumedFrom()).contains(plain.checkpoints().path(0));
    }
  }

  @Test
  void anotherNumberOfClassesTakesAllButTheLastLayer() throws IOException {
    data = BrightImages.write(Files.createDirectory(temp.resolve("ten")), 64, 20, 10);
    WideResNetConfig ten = plan("wrn-10-1", null).network();
    List<String> head = List.of("dense/kernel", "dense/bias");
    for (Path source : List.of(temp.resolve("first"), checkpoint, kerasFile)) {
      try (NamedTensors kept = InitialWeights.readForTraining(source, ten);
          NamedTensors all = Checkpoint.open(checkpoint).readWeights()) {
        assertThat(kept.asMap())
            .hasSize(all.asMap().size() - head.size())
            .doesNotContainKeys(head.toArray(String[]::new));
        assertThat(kept.get("conv2d_1/kernel")).isEqualTo(all.get("conv2d_1/kernel"));
      }
    }
    try (TrainingRun run =
        TrainingRun.create(temp.resolve("on"), plan("wrn-10-1", temp.resolve("first")), temp)) {
      assertThat(run.hasNewHead()).isTrue();
      assertThat(run.train(TrainingListener.SILENT)).isPresent();
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ImportedRun.create(temp.resolve("no"), plan("wrn-10-1", kerasFile)))
        .withMessageContaining("it holds WRN-10-1 (paper), 4 classes");
  }

  @Test
  void weightsOfAnotherNetworkAreRefusedBeforeAnythingIsWritten() throws IOException {
    Path path = temp.resolve("other");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TrainingRun.create(path, plan("wrn-10-2", checkpoint), temp))
        .withMessage(
            "The checkpoint %s holds WRN-10-1 (paper), 4 classes, which does not fit"
                + " WRN-10-2 (paper), 4 classes.",
            checkpoint);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ImportedRun.create(path, plan("wrn-10-2", kerasFile)))
        .withMessageContaining("it holds WRN-10-1 (paper), 4 classes");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ImportedRun.create(path, plan("wrn-10-2", temp)))
        .withMessageContaining("is not a checkpoint");
    assertThat(path).doesNotExist();
  }

  private RunConfig.Result train(Path path, TrainingPlan plan) throws IOException {
    try (TrainingRun run = TrainingRun.create(path, plan, temp)) {
      return run.train(TrainingListener.SILENT).orElseThrow();
    }
  }

  private TrainingPlan plan(String model, Path weights) throws IOException {
    Recipe recipe =
        Recipe.load("quick")
            .with("network.model", model)
            .with("network.variant", Variant.PAPER)
            .with("epochs", 2)
            .with("batch_size", 16);
    ComputeSettings options =
        ComputeSettings.DEFAULTS
            .with("seed", 5)
            .with("deterministic", true)
            .with("weights", weights);
    return TrainingPlan.of(recipe, data, 0, options);
  }
}
