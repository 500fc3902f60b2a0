package org.wideresnet.train.settings;

import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.wideresnet.model.Normalization;
import org.wideresnet.model.Variant;

/** Changes values of a {@link Recipe}; obtained from {@link Recipe#toBuilder}. */
public final class RecipeBuilder {

  private final String name;
  private Normalization.Kind normalization;
  private final double labelSmoothing;
  private NetworkSettings network;
  private OptimizerSettings optimizer;
  private double learningRate;
  private ScheduleSettings schedule;
  private int epochs;
  private OptionalInt earlyStopping;
  private OptionalInt stepsPerEpoch;
  private int batchSize;
  private String augment;

  RecipeBuilder(Recipe recipe) {
    name = recipe.name();
    normalization = recipe.normalization();
    labelSmoothing = recipe.labelSmoothing();
    network = recipe.network();
    optimizer = recipe.optimizer();
    learningRate = recipe.learningRate();
    schedule = recipe.schedule();
    epochs = recipe.epochs();
    earlyStopping = recipe.earlyStopping();
    stepsPerEpoch = recipe.stepsPerEpoch();
    batchSize = recipe.batchSize();
    augment = recipe.augment();
  }

  /** Sets the network, such as {@code wrn-28-10}. */
  public RecipeBuilder model(String model) {
    return network(
        new NetworkSettings(
            Optional.of(model),
            network.variant(),
            network.dropout(),
            network.batchNormMomentum(),
            network.gammaInitializer()));
  }

  /** Sets the variant of the network. */
  public RecipeBuilder variant(Variant variant) {
    return network(
        new NetworkSettings(
            network.model(),
            Optional.of(variant),
            network.dropout(),
            network.batchNormMomentum(),
            network.gammaInitializer()));
  }

  /** Sets the dropout rate, in {@code [0, 1)}. */
  public RecipeBuilder dropout(double rate) {
    return network(
        new NetworkSettings(
            network.model(),
            network.variant(),
            OptionalDouble.of(rate),
            network.batchNormMomentum(),
            network.gammaInitializer()));
  }

  private RecipeBuilder network(NetworkSettings settings) {
    network = settings;
    return this;
  }

  /** Sets the optimiser. */
  public RecipeBuilder optimizer(OptimizerSettings settings) {
    optimizer = settings;
    return this;
  }

  /** Sets the highest learning rate. */
  public RecipeBuilder learningRate(double rate) {
    learningRate = rate;
    return this;
  }

  /** Sets how the learning rate changes. */
  public RecipeBuilder schedule(ScheduleSettings settings) {
    schedule = settings;
    return this;
  }

  /** Sets the number of epochs. */
  public RecipeBuilder epochs(int count) {
    epochs = count;
    return this;
  }

  /** Sets the number of epochs without a better accuracy after which the training ends. */
  public RecipeBuilder earlyStopping(int patience) {
    earlyStopping = OptionalInt.of(patience);
    return this;
  }

  /** Sets the number of steps of an epoch. */
  public RecipeBuilder stepsPerEpoch(int count) {
    stepsPerEpoch = OptionalInt.of(count);
    return this;
  }

  /** Sets the number of images of a step. */
  public RecipeBuilder batchSize(int count) {
    batchSize = count;
    return this;
  }

  /** Sets the augmentation, by its name such as {@code flip-crop+cutout}. */
  public RecipeBuilder augment(String augmentation) {
    augment = augmentation;
    return this;
  }

  /** Sets the statistics that the input is normalised by. */
  public RecipeBuilder normalization(Normalization.Kind kind) {
    normalization = kind;
    return this;
  }

  /**
   * Returns the recipe.
   *
   * @throws IllegalArgumentException if a value is out of range
   */
  public Recipe build() {
    return new Recipe(
        name,
        network,
        optimizer,
        learningRate,
        schedule,
        epochs,
        earlyStopping,
        stepsPerEpoch,
        batchSize,
        augment,
        normalization,
        labelSmoothing);
  }
}
