package org.wideresnet.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.wideresnet.model.variables.NamedTensors;
import org.wideresnet.model.weights.Checkpoint;
import org.wideresnet.model.weights.ModelDescription;
import org.wideresnet.train.run.RunConfig;
import org.wideresnet.train.run.RunDirectory;

/**
 * A run whose network was trained elsewhere. It looks like one that was interrupted before its
 * first step, with one checkpoint, so that it can be evaluated, exported and trained on.
 */
public final class ImportedRun {
  private ImportedRun() {}

  /**
   * Makes the directory of a run from weights.
   *
   * @param path the directory, new or empty
   * @param plan what the network is, how pixels become its input, where the weights come from, and
   *     how it is trained on if it is resumed
   * @param dataDirectory where the data set was found, for the record
   * @throws IllegalArgumentException if the directory is in use, or the weights are of another
   *     network, damaged, not there or not named
   * @throws IOException if the weights cannot be read or the directory cannot be written
   */
  public static RunDirectory create(Path path, TrainingPlan plan, Path dataDirectory)
      throws IOException {
    RunDirectory.requireNew(path);
    ModelDescription description =
        ModelDescription.untrained(plan.network(), plan.normalization(), plan.data().classNames());
    Path weights =
        plan.options()
            .initialWeights()
            .orElseThrow(
                () -> new IllegalArgumentException("The plan names no weights to import."));
    RunConfig config = TrainingRun.describe(plan, dataDirectory);
    try (NamedTensors values = InitialWeights.read(weights, plan.network())) {
      RunDirectory directory = RunDirectory.create(path);
      Checkpoint.write(directory.checkpoints().path(0), description, values.asMap(), Map.of());
      config.with(RunConfig.State.INTERRUPTED).write(directory.runJson());
      return directory;
    }
  }
}
