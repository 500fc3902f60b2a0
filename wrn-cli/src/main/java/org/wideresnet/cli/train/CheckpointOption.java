package org.wideresnet.cli.train;

import org.wideresnet.train.settings.CheckpointInterval;
import picocli.CommandLine.Option;

/** The option that says how often a training writes a checkpoint. */
final class CheckpointOption {
  @Option(
      names = "--checkpoint-every",
      paramLabel = "N|TIME",
      description =
          "Write a checkpoint every N steps, or every 10m, and not only after each epoch.")
  private String every;

  /**
   * Returns what was given.
   *
   * @param fallback the interval where nothing was
   */
  CheckpointInterval interval(CheckpointInterval fallback) {
    return every == null ? fallback : CheckpointInterval.parse(every);
  }
}
