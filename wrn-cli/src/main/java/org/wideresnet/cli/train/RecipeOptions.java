package org.wideresnet.cli.train;

import org.wideresnet.cli.options.Sets;
import org.wideresnet.model.Variant;
import org.wideresnet.model.WideResNetConfig.Padding;
import picocli.CommandLine.Option;

/** Options that choose a recipe and change values of it. */
final class RecipeOptions {
  @Option(
      names = "--recipe",
      paramLabel = "NAME|FILE",
      description =
          "fast-cifar10, keras, paper-cifar10, paper-cifar100, quick, smoke or a .yaml file; "
              + "\"recipe show\" prints one (default: quick).")
  private String recipe;

  @Sets("recipe.network.model")
  @Option(
      names = "--model",
      paramLabel = "WRN-D-K",
      description =
          "Depth and widen factor (default: the recipe's, else wrn-16-1; wrn-10-1 on generated "
              + "data).")
  private String model;

  @Sets("recipe.network.variant")
  @Option(
      names = "--variant",
      paramLabel = "paper|keras",
      description =
          "The paper's network or the Keras original's (default: the recipe's, else paper).")
  private Variant variant;

  @Sets("recipe.epochs")
  @Option(names = "--epochs", paramLabel = "N", description = "Passes over the training set.")
  private Integer epochs;

  @Sets("recipe.batch_size")
  @Option(names = "--batch-size", paramLabel = "N", description = "Images of a step.")
  private Integer batchSize;

  @Sets("recipe.learning_rate")
  @Option(
      names = "--learning-rate",
      paramLabel = "R",
      description = "The highest learning rate; the schedule is the recipe's.")
  private Double learningRate;

  @Sets("recipe.steps_per_epoch")
  @Option(
      names = "--steps-per-epoch",
      paramLabel = "N",
      description = "Cut an epoch short after N steps.")
  private Integer stepsPerEpoch;

  @Sets("recipe.early_stopping")
  @Option(
      names = "--early-stopping",
      paramLabel = "N",
      description =
          "End when the accuracy on the validation split has not improved for N epochs "
              + "(default: train all epochs).")
  private Integer earlyStopping;

  @Sets("recipe.network.dropout")
  @Option(
      names = "--dropout",
      paramLabel = "P",
      description = "Share of activations that dropout zeroes.")
  private Double dropout;

  @Sets("recipe.network.padding")
  @Option(
      names = "--padding",
      paramLabel = "same|symmetric",
      description =
          "Zeros around the input of strided 3x3 convolutions: TensorFlow's, or a pixel on each "
              + "side as in the authors' code (default: symmetric for paper, same for keras).")
  private Padding padding;

  @Sets("recipe.augment")
  @Option(
      names = "--augment",
      paramLabel = "NAME",
      description = "none, flip-crop or keras, each with +cutout if wanted.")
  private String augment;

  /** Returns the recipe that was named; null where none was. */
  String name() {
    return recipe;
  }
}
