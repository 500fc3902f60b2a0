package org.wideresnet.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.tensorflow.TensorFlow;
import org.wideresnet.data.augment.Augmentation;
import org.wideresnet.data.files.CifarDataset;
import org.wideresnet.data.files.ImageStatistics;
import org.wideresnet.data.files.OfficialCifar;
import org.wideresnet.model.Normalization;
import org.wideresnet.model.WideResNetConfig;
import org.wideresnet.train.device.Kernels;
import org.wideresnet.train.settings.ComputeSettings;
import org.wideresnet.train.settings.LearningRateSchedule;
import org.wideresnet.train.settings.Recipe;
import org.wideresnet.train.step.TrainingStep;

/**
 * Everything that decides the outcome of a training.
 *
 * @param network the network
 * @param normalization how pixels become its input
 * @param recipe optimiser, schedule, augmentation, number of epochs and batch size
 * @param data the data set
 * @param validation how many images are cut off the end of the training set for validation; 0 for
 *     none
 * @param options the seed, and how the training is computed
 */
public record TrainingPlan(
    WideResNetConfig network,
    Normalization normalization,
    Recipe recipe,
    CifarDataset data,
    int validation,
    ComputeSettings options) {

  /**
   * Checks the plan against the data.
   *
   * @throws IllegalArgumentException if the training is to stop early without a validation split,
   *     or the data has fewer images than the validation split and one batch need, or another
   *     number of classes than the network
   */
  public TrainingPlan {
    if (network.classes() != data.layout().classes()) {
      throw new IllegalArgumentException(
          "The network has %d classes and the data set %s has %d; they must agree."
              .formatted(network.classes(), data.name(), data.layout().classes()));
    }
    if (validation < 0 || validation >= data.trainExamples()) {
      throw new IllegalArgumentException(
          "--validation is %d; the training set has %d images, so it must lie in [0, %d)."
              .formatted(validation, data.trainExamples(), data.trainExamples()));
    }
    if (recipe.earlyStopping().isPresent() && validation == 0) {
      throw new IllegalArgumentException(
          "--early-stopping goes by the accuracy on a validation split; cut one with --validation N.");
    }
    int examples = data.trainExamples() - validation;
    if (recipe.batchSize() > examples) {
      throw new IllegalArgumentException(
          "--batch-size is %d, but there are only %d images to train on."
              .formatted(recipe.batchSize(), examples));
    }
    options.requireParts(recipe.batchSize());
    int whole = examples / recipe.batchSize();
    if (recipe.stepsPerEpoch().orElse(whole) > whole) {
      throw new IllegalArgumentException(
          "--steps-per-epoch is %d, but the training set has only %d whole batches of %d."
              .formatted(recipe.stepsPerEpoch().getAsInt(), whole, recipe.batchSize()));
    }
  }

  /** Returns the folder that the data set was found in. */
  public Path dataDirectory() {
    return data.trainFiles().get(0).toAbsolutePath().normalize().getParent();
  }

  /** Returns the length of an epoch in steps: all whole batches, unless the recipe says less. */
  public int stepsPerEpoch() {
    return recipe.stepsPerEpoch().orElse(trainExamples() / recipe.batchSize());
  }

  /**
   * Returns the plan of a recipe: its network for the classes of the data set, and its
   * normalisation with the numbers of the images that are trained on.
   *
   * @param recipe a recipe that names model and variant
   * @throws IllegalArgumentException as the constructor does, or if the recipe leaves the model or
   *     the variant open
   * @throws IOException if the images cannot be read
   */
  public static TrainingPlan of(
      Recipe recipe, CifarDataset data, int validation, ComputeSettings options)
      throws IOException {
    WideResNetConfig network = recipe.network().resolve(data.layout().classes());
    // Checks the numbers before the images are read for their statistics.
    TrainingPlan plan =
        new TrainingPlan(network, Normalization.NONE, recipe, data, validation, options);
    return new TrainingPlan(
        network,
        normalization(recipe.normalization(), data, plan.trainExamples()),
        recipe,
        data,
        validation,
        options);
  }

  /**
   * Returns a normalisation with the numbers of a data set: those of the paper for the channels of
   * CIFAR-10.
   *
   * @param examples how many training images count, the first ones
   * @throws IOException if they cannot be read
   */
  public static Normalization normalization(
      Normalization.Kind kind, CifarDataset data, int examples) throws IOException {
    if (kind == Normalization.Kind.NONE) {
      return Normalization.NONE;
    }
    if (kind == Normalization.Kind.CHANNEL && data.is(OfficialCifar.CIFAR10)) {
      return Normalization.PAPER_CIFAR10;
    }
    ImageStatistics statistics = ImageStatistics.of(data, examples);
    return kind == Normalization.Kind.CHANNEL
        ? Normalization.of(kind, statistics.channelMean(), statistics.channelStd())
        : Normalization.of(kind, statistics.pixelMean(), statistics.pixelStd());
  }

  /** Returns all that decides what is computed, as a text that is the same where it is the same. */
  String fingerprint() {
    return String.join(
        "\n",
        recipe.toYaml(),
        network.toString(),
        normalization.toString(),
        data.checksum(),
        String.valueOf(validation),
        options.toString(),
        TensorFlow.version());
  }

  /** Returns the learning rate of each step. */
  LearningRateSchedule learningRates() {
    return recipe.learningRates(stepsPerEpoch());
  }

  /** Returns how a step trains. */
  public TrainingStep.Settings stepSettings() {
    return new TrainingStep.Settings(
        recipe.optimizer(), recipe.labelSmoothing(), Kernels.numerics(options), options.seed());
  }

  /** Returns what is done to training images; cutout fills with their mean colour, if known. */
  public Augmentation augmentation() {
    Augmentation augmentation = Augmentation.parse(recipe.augment());
    if (normalization.kind() != Normalization.Kind.CHANNEL) {
      return augmentation;
    }
    List<Float> mean = normalization.mean();
    return augmentation.withFill(
        Math.round(mean.get(0)), Math.round(mean.get(1)), Math.round(mean.get(2)));
  }

  /** Returns how many images are trained on: the first of the training set. */
  public int trainExamples() {
    return data.trainExamples() - validation;
  }
}
