package org.wideresnet.train.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wideresnet.data.files.CifarDataset;
import org.wideresnet.model.Variant;
import org.wideresnet.model.weights.Checkpoint;
import org.wideresnet.train.BrightImages;
import org.wideresnet.train.TrainingListener;
import org.wideresnet.train.TrainingPlan;
import org.wideresnet.train.TrainingRun;
import org.wideresnet.train.run.RunConfig;
import org.wideresnet.train.run.RunDirectory;
import org.wideresnet.train.settings.ComputeSettings;
import org.wideresnet.train.settings.DeviceChoice;
import org.wideresnet.train.settings.Recipe;

class EvaluatorTest {
  @TempDir Path temp;

  @Test
  void givesWhatTheTrainingReported() throws IOException {
    CifarDataset data = BrightImages.write(temp, 64, 22, 4);
    Path run = temp.resolve("run");
    RunConfig.Result result = train(data, run);
    Checkpoint checkpoint =
        Checkpoint.open(new RunDirectory(run).checkpoints().path(result.steps()));

    CifarDataset testOnly =
        new CifarDataset(
            data.name(), data.layout(), data.classNames(), List.of(), data.testFiles());
    Metrics evaluation = Evaluator.evaluate(checkpoint, testOnly, DeviceChoice.AUTO);
    assertThat(evaluation.examples()).isEqualTo(22);
    assertThat(evaluation.accuracy()).isEqualTo(result.testAccuracy());
    assertThat(evaluation.nll()).isCloseTo(result.testLoss(), within(1e-6));

    CifarDataset other = BrightImages.write(Files.createDirectory(temp.resolve("5")), 5, 5, 5);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Evaluator.evaluate(checkpoint, other, DeviceChoice.AUTO))
        .withMessageContainingAll("4 classes", "5");
    CifarDataset renamed =
        new CifarDataset(
            "colours",
            data.layout(),
            List.of("brightness 0", "red", "green", "blue"),
            data.trainFiles(),
            data.testFiles());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Evaluator.evaluate(checkpoint, renamed, DeviceChoice.AUTO))
        .withMessageContainingAll("Class 1", "'brightness 1'", "colours", "'red'");
  }

  private static RunConfig.Result train(CifarDataset data, Path run) throws IOException {
    Recipe recipe =
        Recipe.load("smoke")
            .with("network.variant", Variant.PAPER)
            .with("batch_size", 16)
            .with("steps_per_epoch", 4);
    TrainingPlan plan = TrainingPlan.of(recipe, data, 0, ComputeSettings.DEFAULTS);
    try (TrainingRun training = TrainingRun.create(run, plan, data.testFiles().get(0))) {
      return training.train(TrainingListener.SILENT).orElseThrow();
    }
  }
}
