package org.wideresnet.cli.train;

import org.wideresnet.model.Variant;
import org.wideresnet.train.settings.Recipe;
import org.wideresnet.train.settings.RecipeBuilder;
import picocli.CommandLine.Option;

/** Options that choose a recipe and change values of it. */
final class RecipeOptions {
  @Option(
      names = "--recipe",
      paramLabel = "NAME|FILE",
      description =
          "keras, paper-cifar10, paper-cifar100, quick, smoke or a .yaml file (default: quick).")
  private String recipe;

  @Option(
      names = "--model",
      paramLabel = "WRN-D-K",
      description =
          "Depth and widen factor (default: the recipe's, else wrn-16-1; wrn-10-1 on generated "
              + "data).")
  private String model;

  @Option(
      names = "--variant",
      paramLabel = "paper|keras",
      description =
          "The paper's network or the Keras original's (default: the recipe's, else paper).")
  private Variant variant;

  @Option(names = "--epochs", paramLabel = "N", description = "Passes over the training set.")
  private Integer epochs;

  @Option(names = "--batch-size", paramLabel = "N", description = "Images of a step.")
  private Integer batchSize;

  @Option(
      names = "--steps-per-epoch",
      paramLabel = "N",
      description = "Cut an epoch short after so many steps.")
  private Integer stepsPerEpoch;

  @Option(
      names = "--early-stopping",
      paramLabel = "N",
      description =
          "End when the accuracy on the validation split has not improved for N epochs "
              + "(default: train all epochs).")
  private Integer earlyStopping;

  @Option(
      names = "--dropout",
      paramLabel = "P",
      description = "Share of activations that dropout zeroes.")
  private Double dropout;

  @Option(
      names = "--augment",
      paramLabel = "NAME",
      description = "none, flip-crop or keras, each with +cutout if wanted.")
  private String augment;

  /** Returns the recipe that was named, or else the given one, with what the options change. */
  Recipe applyTo(Recipe fallback) {
    RecipeBuilder builder = (recipe == null ? fallback : Recipe.load(recipe)).toBuilder();
    if (model != null) {
      builder.model(model);
    }
    if (variant != null) {
      builder.variant(variant);
    }
    if (epochs != null) {
      builder.epochs(epochs);
    }
    if (batchSize != null) {
      builder.batchSize(batchSize);
    }
    if (stepsPerEpoch != null) {
      builder.stepsPerEpoch(stepsPerEpoch);
    }
    if (earlyStopping != null) {
      builder.earlyStopping(earlyStopping);
    }
    if (dropout != null) {
      builder.dropout(dropout);
    }
    if (augment != null) {
      builder.augment(augment);
    }
    return builder.build();
  }
}
