package org.wideresnet.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.wideresnet.data.files.CifarDataset;
import org.wideresnet.model.Normalization;
import org.wideresnet.model.Variant;
import org.wideresnet.model.WideResNetConfig;
import org.wideresnet.model.variables.NamedTensors;
import org.wideresnet.model.weights.Checkpoint;
import org.wideresnet.model.weights.ModelDescription;
import org.wideresnet.train.run.RunConfig;
import org.wideresnet.train.run.RunDirectory;
import org.wideresnet.train.settings.ComputeSettings;
import org.wideresnet.train.settings.Recipe;

/**
 * A run whose network was trained elsewhere. It looks like one that was interrupted before its
 * first step, with one checkpoint, so that it can be evaluated, exported and trained on.
 */
public final class ImportedRun {
  private ImportedRun() {}

  /**
   * Returns the name of the data set that a network of some classes was most probably trained on.
   */
  public static String likelyData(int classes) {
    return switch (classes) {
      case 20 -> "cifar100-coarse";
      case 100 -> "cifar100";
      default -> "cifar10";
    };
  }

  /**
   * Returns the plan of the run that {@link #create} makes: its network, with the input that the
   * recipe of the variant gives it, and that recipe for training it on.
   *
   * @param weights a file of Keras or PyTorch, or the folder of a checkpoint
   * @param network the network that the weights are of
   * @param normalization what the input was normalised by; null for the recipe's
   * @throws IllegalArgumentException if the data set has another number of classes
   * @throws IOException if the images cannot be read
   */
  public static TrainingPlan plan(
      Path weights, WideResNetConfig network, Normalization.Kind normalization, CifarDataset data)
      throws IOException {
    if (data.layout().classes() != network.classes()) {
      throw new IllegalArgumentException(
          "--classes is %d and the data set %s has %d classes; --data should name one that agrees."
              .formatted(network.classes(), data.name(), data.layout().classes()));
    }
    boolean keras = network.variant() == Variant.KERAS;
    Recipe recipe =
        Recipe.load(keras ? "keras" : "paper-cifar10")
            .with("network.model", network.name())
            .with("network.variant", network.variant())
            .with("network.padding", network.padding());
    if (normalization != null) {
      recipe = recipe.with("normalization", normalization);
    }
    return TrainingPlan.of(recipe, data, 0, ComputeSettings.DEFAULTS.with("weights", weights));
  }

  /**
   * Makes the directory of a run from weights.
   *
   * @param path the directory, new or empty
   * @param plan what the network is, how pixels become its input, where the weights come from, and
   *     how it is trained on if it is resumed
   * @throws IllegalArgumentException if the directory is in use, or the weights are of another
   *     network, damaged, not there or not named
   * @throws IOException if the weights cannot be read or the directory cannot be written
   */
  public static RunDirectory create(Path path, TrainingPlan plan) throws IOException {
    RunDirectory.requireNew(path);
    ModelDescription description =
        ModelDescription.untrained(plan.network(), plan.normalization(), plan.data().classNames());
    Path weights =
        plan.options()
            .initialWeights()
            .orElseThrow(
                () -> new IllegalArgumentException("The plan names no weights to import."));
    Path data = plan.data().trainFiles().get(0).toAbsolutePath().normalize().getParent();
    RunConfig config = TrainingRun.describe(plan, data);
    try (NamedTensors values = InitialWeights.read(weights, plan.network())) {
      RunDirectory directory = RunDirectory.create(path);
      Checkpoint.write(directory.checkpoints().path(0), description, values.asMap(), Map.of());
      config.with(RunConfig.State.INTERRUPTED).write(directory.runJson());
      return directory;
    }
  }
}
