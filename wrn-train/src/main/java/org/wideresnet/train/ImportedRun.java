package org.wideresnet.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.wideresnet.data.files.CifarDataset;
import org.wideresnet.data.files.OfficialCifar;
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
   * Says what the network's input was normalised by where that is known without a data set: not at
   * all, or by the paper's numbers for the channels of CIFAR-10.
   *
   * @param normalization the kind; null for that of the variant's recipe
   */
  public static Optional<Normalization> known(
      WideResNetConfig network, Normalization.Kind normalization) {
    return switch (recipe(network, normalization).normalization()) {
      case NONE -> Optional.of(Normalization.NONE);
      case CHANNEL ->
          network.classes() == 10 ? Optional.of(Normalization.PAPER_CIFAR10) : Optional.empty();
      case PIXEL -> Optional.empty();
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
    Recipe recipe = recipe(network, normalization);
    return TrainingPlan.of(recipe, data, 0, ComputeSettings.DEFAULTS.with("weights", weights));
  }

  private static Recipe recipe(WideResNetConfig network, Normalization.Kind normalization) {
    boolean keras = network.variant() == Variant.KERAS;
    Recipe recipe =
        Recipe.load(keras ? "keras" : "paper-cifar10")
            .with("network.model", network.name())
            .with("network.variant", network.variant())
            .with("network.padding", network.padding());
    return normalization == null ? recipe : recipe.with("normalization", normalization);
  }

  /**
   * Makes the directory of a run from weights, where no data set is at hand. The classes have
   * CIFAR's names; which files they are trained on is open until that is done.
   *
   * @param path the directory, new or empty
   * @param weights a file of Keras or PyTorch, or the folder of a checkpoint
   * @param network the network that the weights are of
   * @param normalization what the input was normalised by; null for the recipe's
   * @throws IllegalArgumentException if the directory is in use, the weights are of another
   *     network, damaged or not there, or classes or {@linkplain #known normalisation} need a data
   *     set
   * @throws IOException if the weights cannot be read or the directory cannot be written
   */
  public static RunDirectory create(
      Path path, Path weights, WideResNetConfig network, Normalization.Kind normalization)
      throws IOException {
    RunDirectory.requireNew(path);
    List<String> classNames =
        OfficialCifar.classNames(network.classes())
            .orElseThrow(() -> needsData("the names of %d classes".formatted(network.classes())));
    Normalization numbers =
        known(network, normalization).orElseThrow(() -> needsData("the numbers to normalise by"));
    return create(
        path,
        ModelDescription.untrained(network, numbers, classNames),
        TrainingRun.describe(
            recipe(network, normalization),
            new RunConfig.Data(likelyData(network.classes()), null, null, 0),
            ComputeSettings.DEFAULTS.with("weights", weights)));
  }

  private static IllegalArgumentException needsData(String what) {
    return new IllegalArgumentException(
        "A data set is needed for %s; --data should name it.".formatted(what));
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
    if (plan.options().initialWeights().isEmpty()) {
      throw new IllegalArgumentException("The plan names no weights to import.");
    }
    return create(
        path,
        ModelDescription.untrained(plan.network(), plan.normalization(), plan.data().classNames()),
        TrainingRun.describe(plan, plan.dataDirectory()));
  }

  private static RunDirectory create(Path path, ModelDescription description, RunConfig config)
      throws IOException {
    Path weights = config.options().initialWeights().orElseThrow();
    try (NamedTensors values = InitialWeights.read(weights, description.network())) {
      RunDirectory directory = RunDirectory.create(path);
      Checkpoint.write(directory.checkpoints().path(0), description, values.asMap(), Map.of());
      config.with(RunConfig.State.INTERRUPTED).write(directory.runJson());
      return directory;
    }
  }
}
