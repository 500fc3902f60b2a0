package org.wideresnet.cli.model;

import java.io.IOException;
import java.nio.file.Path;
import org.wideresnet.cli.options.DataOptions;
import org.wideresnet.cli.options.NetworkOptions;
import org.wideresnet.cli.options.RunOptions;
import org.wideresnet.cli.terminal.CommandGroup;
import org.wideresnet.cli.terminal.Report;
import org.wideresnet.cli.terminal.Terminal;
import org.wideresnet.data.files.CifarDataset;
import org.wideresnet.model.Normalization;
import org.wideresnet.model.WideResNetConfig;
import org.wideresnet.model.weights.Checkpoint;
import org.wideresnet.model.weights.WeightFiles;
import org.wideresnet.train.ImportedRun;
import org.wideresnet.train.run.RunDirectory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code wrn weights}: from Keras and PyTorch, and back. */
@Command(
    name = "weights",
    description = "Moves weights between runs and files of Keras and PyTorch, bit for bit.",
    synopsisSubcommandLabel = "COMMAND")
public final class WeightsCommand extends CommandGroup {

  private record Imported(String runDir, String model, int classes) {}

  private record Exported(String file, String model, int classes, long step) {}

  @Command(
      name = "import",
      description =
          "Makes a run of weights from elsewhere; it can be evaluated, exported and trained on.")
  void importRun(
      @Option(
              names = "--from",
              paramLabel = "FILE",
              required = true,
              description =
                  "A .weights.h5, .keras or .h5 file of Keras, a .safetensors file of PyTorch (the "
                      + "authors' names of weights or WideResNet-pytorch's), or a checkpoint's "
                      + "folder.")
          Path from,
      @Mixin NetworkOptions options,
      @Option(
              names = "--normalization",
              paramLabel = "channel|pixel|none",
              description =
                  "What its input was normalised by (default: pixel for keras, channel for paper); "
                      + "pixel, and channel of other classes than CIFAR-10's, are taken from the "
                      + "data set, which nothing else needs.")
          Normalization.Kind normalization,
      @Option(
              names = "--run-dir",
              paramLabel = "DIR",
              required = true,
              description = "The folder of the run, new or empty.")
          Path runDir,
      @Mixin DataOptions data,
      @Mixin Report report)
      throws IOException {
    RunDirectory.requireNew(runDir);
    WideResNetConfig network = options.config();
    if (data.givenOrPlaced() || ImportedRun.known(network, normalization).isEmpty()) {
      CifarDataset dataset = data.or(ImportedRun.likelyData(network.classes())).open(report);
      ImportedRun.create(runDir, ImportedRun.plan(from, network, normalization, dataset));
    } else {
      ImportedRun.create(runDir, from, network, normalization);
    }
    String wrn = Terminal.invocation();
    report.note(
        """
        Imported %s from %s into %s
        Next:
          %s evaluate --run-dir %s
          %s export --run-dir %s --to models/wrn
          %s train --resume --run-dir %s"""
            .formatted(network.fullName(), from, runDir, wrn, runDir, wrn, runDir, wrn, runDir));
    report.result(new Imported(runDir.toString(), network.name(), network.classes()));
  }

  @Command(
      name = "export",
      description = "Writes the weights of a run into a file that Keras or PyTorch loads.")
  void exportWeights(
      @Mixin RunOptions run,
      @Option(
              names = "--to",
              paramLabel = "FILE",
              required = true,
              description =
                  "A .weights.h5 or .keras file for Keras 3, any other .h5 file for Keras 2 as well, or "
                      + "a .safetensors file for PyTorch (WideResNet-pytorch's names of weights; "
                      + "the paper's variant only).")
          Path to,
      @Mixin Report report)
      throws IOException {
    Checkpoint checkpoint = Checkpoint.open(run.checkpoint(run.run()));
    WeightFiles.write(to, checkpoint);
    WideResNetConfig network = checkpoint.description().network();
    long step = checkpoint.description().step();
    report.note("Exported %s, step %d, to %s".formatted(network.fullName(), step, to));
    report.result(new Exported(to.toString(), network.name(), network.classes(), step));
  }
}
