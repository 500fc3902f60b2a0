package org.wideresnet.cli.options;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import org.wideresnet.train.run.RunDirectory;
import org.wideresnet.train.run.RunExport;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options that name an exported model, or a run for its own. */
public final class SavedModelOptions {
  @Option(
      names = "--run-dir",
      paramLabel = "DIR",
      description =
          "The run whose network to ask (default: the newest in runs; where there is none, the "
              + "network that comes with this program).")
  private Path runDir;

  @Option(
      names = "--saved-model",
      paramLabel = "DIR",
      description = "The exported model to ask, instead of a run.")
  private Path savedModel;

  @Mixin private TrustOption trust;

  /** Returns whether the ops of the model may be any. */
  public boolean trusted() {
    return trust.given();
  }

  /**
   * Returns the folder of the model. A run that was interrupted has checkpoints but no SavedModel
   * of the last one yet; it gets one.
   *
   * @param say is told if it is the network that comes with this program
   */
  public Path folder(Consumer<String> say) throws IOException {
    if (runDir != null && savedModel != null) {
      throw new IllegalArgumentException(
          "--run-dir and --saved-model both name a network; give one of them.");
    }
    if (savedModel != null) {
      return savedModel;
    }
    if (runDir != null) {
      return RunExport.ofLatest(RunDirectory.open(runDir));
    }
    Optional<Path> shipped = ShippedNetwork.insteadOfRun(say);
    return shipped.isPresent()
        ? shipped.get()
        : RunExport.ofLatest(RunDirectory.latest(RunDirectory.RUNS));
  }
}
