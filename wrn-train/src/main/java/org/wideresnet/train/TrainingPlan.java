package org.wideresnet.train;

import org.wideresnet.data.CifarDataset;
import org.wideresnet.model.Normalization;
import org.wideresnet.model.WideResNetConfig;

/**
 * Everything that decides the outcome of a training.
 *
 * @param network the network
 * @param normalization how pixels become its input
 * @param recipe optimiser, schedule, augmentation, number of epochs and batch size
 * @param data the data set
 * @param validation how many images are cut off the end of the training set for validation; 0 for
 *     none
 * @param seed all random numbers follow from it
 * @param deterministic whether two runs agree to the last bit; slower
 * @param device the device to train on
 */
public record TrainingPlan(
    WideResNetConfig network,
    Normalization normalization,
    Recipe recipe,
    CifarDataset data,
    int validation,
    long seed,
    boolean deterministic,
    DeviceChoice device) {

  /**
   * Checks the plan against the data.
   *
   * @throws IllegalArgumentException if the data has fewer images than the validation split and one
   *     batch need, or another number of classes than the network
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
    int examples = data.trainExamples() - validation;
    if (recipe.batchSize() > examples) {
      throw new IllegalArgumentException(
          "--batch-size is %d, but there are only %d images to train on."
              .formatted(recipe.batchSize(), examples));
    }
    int whole = examples / recipe.batchSize();
    if (recipe.stepsPerEpoch().orElse(whole) > whole) {
      throw new IllegalArgumentException(
          "--steps-per-epoch is %d, but the training set has only %d whole batches of %d."
              .formatted(recipe.stepsPerEpoch().getAsInt(), whole, recipe.batchSize()));
    }
  }

  /** Returns the length of an epoch in steps: all whole batches, unless the recipe says less. */
  public int stepsPerEpoch() {
    return recipe.stepsPerEpoch().orElse(trainExamples() / recipe.batchSize());
  }

  /** Returns how many images are trained on: the first of the training set. */
  public int trainExamples() {
    return data.trainExamples() - validation;
  }
}
