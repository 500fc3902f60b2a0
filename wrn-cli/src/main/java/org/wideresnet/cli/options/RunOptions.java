package org.wideresnet.cli.options;

import java.io.IOException;
import java.nio.file.Path;
import org.wideresnet.train.run.RunDirectory;
import picocli.CommandLine.Option;

/** Options that name a run and one of its checkpoints. */
public final class RunOptions {
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
  private String checkpoint;

  /** Returns whether a run was named. */
  public boolean given() {
    return folder != null;
  }

  public RunDirectory run() throws IOException {
    return folder == null ? RunDirectory.latest(RunDirectory.RUNS) : RunDirectory.open(folder);
  }

  /** Returns the folder of the checkpoint. */
  public Path checkpoint(RunDirectory run) throws IOException {
    return run.checkpoint(checkpoint);
  }
}
