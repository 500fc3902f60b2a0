package org.wideresnet.cli.train;

import java.nio.file.Path;
import org.wideresnet.cli.options.Sets;
import picocli.CommandLine.Option;

/** Options of a training that belong to no recipe and to no machine. */
final class TrainingOptions {
  @Sets("data.validation")
  @Option(
      names = "--validation",
      paramLabel = "N",
      description = "Keep N training images back to evaluate on (default: 0).")
  private Integer validation;

  @Sets("options.seed")
  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Decides all random numbers (default: 1).")
  private Long seed;

  @Sets("options.checkpoint_every")
  @Option(
      names = "--checkpoint-every",
      paramLabel = "N|TIME",
      description =
          "Write a checkpoint every N steps, or every 10m, and not only after each epoch.")
  private String checkpointEvery;

  @Sets("options.deterministic")
  @Option(names = "--deterministic", description = "Let two runs agree to the last bit; slower.")
  private boolean deterministic;

  @Sets("options.weights")
  @Option(
      names = "--weights",
      paramLabel = "FILE",
      description =
          "Start from a file of Keras or a checkpoint's folder (default: drawn by the seed).")
  private Path weights;
}
