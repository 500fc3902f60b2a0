package org.wideresnet.cli.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.wideresnet.cli.options.Sets;
import org.wideresnet.train.run.RunConfig;
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

  @Sets("options.evaluate_every")
  @Option(
      names = "--evaluate-every",
      paramLabel = "N",
      description = "Evaluate after every N epochs, and always after the last one (default: 1).")
  private Integer evaluateEvery;

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
          "Start from a run, a checkpoint's folder, a file of Keras or a .safetensors file of "
              + "PyTorch; of a network with other classes all but the last layer is taken "
              + "(default: drawn by the seed).")
  private Path weights;

  @Option(
      names = "--from",
      paramLabel = "RUN.JSON",
      description = "Take all that is not given here from another run.")
  private Path from;

  /** Returns whether a run was named to take settings from. */
  boolean namesRun() {
    return from != null;
  }

  /**
   * Returns the description of the run that was named.
   *
   * @throws IllegalArgumentException if the file does not exist or describes none
   * @throws IOException if it cannot be read
   */
  RunConfig run() throws IOException {
    if (!Files.isRegularFile(from)) {
      throw new IllegalArgumentException(
          "--from %s is not a file; it should be the run.json of a run.".formatted(from));
    }
    return RunConfig.read(from);
  }
}
