package org.wideresnet.cli;

import org.wideresnet.train.CheckpointInterval;
import picocli.CommandLine.Option;

/** The option that says how often a training writes a checkpoint. */
final class CheckpointOption {
  @Option(
      names = "--checkpoint-every",
      paramLabel = "N|TIME",
      description =
          "Write a checkpoint every N steps, or every 10m, and not only after each epoch.")
  private String every;

  /** Returns what was given, or else the end of an epoch alone. */
  CheckpointInterval interval() {
    return every == null ? CheckpointInterval.EPOCH : CheckpointInterval.parse(every);
  }
}
