package org.wideresnet.cli.options;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.wideresnet.export.ExportOptions;
import org.wideresnet.export.SavedModelExporter;
import org.wideresnet.train.run.RunDirectory;
import picocli.CommandLine.Option;

/** Options that name an exported model, or a run for its own. */
public final class SavedModelOptions {
  /** Where a run keeps its own SavedModel. */
  public static final String OF_RUN = "saved-model";

  @Option(
      names = "--run-dir",
      paramLabel = "DIR",
      description = "The run whose network to ask (default: the newest in runs).")
  private Path runDir;

  @Option(
      names = "--saved-model",
      paramLabel = "DIR",
      description = "The exported model to ask, instead of a run.")
  private Path savedModel;

  /**
   * Returns the folder of the model. A run that was interrupted has checkpoints but no SavedModel
   * yet; it gets one.
   */
  public Path folder() throws IOException {
    if (runDir != null && savedModel != null) {
      throw new IllegalArgumentException(
          "--run-dir and --saved-model both name a network; give one of them.");
    }
    if (savedModel != null) {
      return savedModel;
    }
    RunOptions options = new RunOptions(runDir);
    RunDirectory run = options.run();
    Path model = run.path().resolve(OF_RUN);
    if (!Files.exists(model)) {
      SavedModelExporter.export(
          options.checkpoint(run), model, ExportOptions.DEFAULT.with(RunOptions.training(run)));
    }
    return model;
  }
}
