package org.wideresnet.cli.options;

import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.wideresnet.export.ExportOptions;
import org.wideresnet.model.weights.Checkpoint;
import org.wideresnet.train.run.History;
import org.wideresnet.train.run.RunConfig;
import org.wideresnet.train.run.RunDirectory;
import picocli.CommandLine.Option;

/** Options that name a run and one of its checkpoints. */
public final class RunOptions {
  /** The folder of the runs that are not told where to go. */
  public static final Path RUNS = Path.of("runs");

  @Option(
      names = "--run-dir",
      paramLabel = "DIR",
      description = "The folder of the run (default: the newest in runs).")
  private Path folder;

  @Option(
      names = "--checkpoint",
      paramLabel = "latest|best|STEP",
      defaultValue = "latest",
      description =
          "Which checkpoint of it; best goes by the validation split (default: ${DEFAULT-VALUE}).")
  private String checkpoint = "latest";

  /** Leaves the values to the command line. */
  RunOptions() {}

  /** Names the last checkpoint of a run, or of the newest one where the folder is null. */
  RunOptions(Path folder) {
    this.folder = folder;
  }

  /** Returns whether a run was named. */
  public boolean given() {
    return folder != null;
  }

  public RunDirectory run() throws IOException {
    return folder == null ? RunDirectory.latest(RUNS) : RunDirectory.open(folder);
  }

  /** Returns how a run was trained, for its exports. */
  public static ExportOptions.Training training(RunDirectory run) throws IOException {
    RunConfig config = RunConfig.read(run.runJson());
    return new ExportOptions.Training(
        run.path().toAbsolutePath().normalize().getFileName().toString(),
        config.recipe().toYaml(),
        config.versions().project());
  }

  /** Returns the folder of the checkpoint. */
  public Path checkpoint(RunDirectory run) throws IOException {
    OptionalLong latest = run.checkpoints().latest();
    if (latest.isEmpty()) {
      throw new IllegalArgumentException(
          "The run %s has no checkpoint yet; the first one comes with the end of an epoch."
              .formatted(run.path()));
    }
    return switch (checkpoint) {
      case "latest" -> run.checkpoints().path(latest.getAsLong());
      case "best" -> best(run);
      default -> run.checkpoints().find(step());
    };
  }

  private long step() {
    try {
      return Long.parseLong(checkpoint);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "--checkpoint is '%s'; it must be latest, best or the number of a step."
              .formatted(checkpoint),
          e);
    }
  }

  private static Path best(RunDirectory run) throws IOException {
    if (RunConfig.read(run.runJson()).data().validation() == 0) {
      throw new IllegalArgumentException(
          "The run %s has no best checkpoint: that takes a validation split (train --validation N), for the test set must not choose."
              .formatted(run.path()));
    }
    int epoch = History.open(run.history()).best().map(row -> row.epoch() + 1).orElse(0);
    for (long step : run.checkpoints().steps()) {
      Path folder = run.checkpoints().path(step);
      if (Checkpoint.open(folder).description().epoch() == epoch) {
        return folder;
      }
    }
    throw new IllegalArgumentException(
        "The run %s has no checkpoint of its best epoch, %d.".formatted(run.path(), epoch));
  }
}
