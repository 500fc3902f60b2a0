package org.wideresnet.cli.model;

import java.io.IOException;
import java.nio.file.Path;
import org.wideresnet.cli.WrnCommand;
import org.wideresnet.cli.options.DataOptions;
import org.wideresnet.cli.options.RunOptions;
import org.wideresnet.cli.terminal.CommandGroup;
import org.wideresnet.cli.terminal.Report;
import org.wideresnet.data.files.CifarDataset;
import org.wideresnet.model.NamedTensors;
import org.wideresnet.model.Normalization;
import org.wideresnet.model.Variant;
import org.wideresnet.model.Weight;
import org.wideresnet.model.WideResNet;
import org.wideresnet.model.weights.Checkpoint;
import org.wideresnet.model.weights.KerasWeights;
import org.wideresnet.train.ImportedRun;
import org.wideresnet.train.TrainingPlan;
import org.wideresnet.train.run.RunDirectory;
import org.wideresnet.train.settings.ComputeSettings;
import org.wideresnet.train.settings.Recipe;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code wrn weights}: from Keras and back. */
@Command(
    name = "weights",
    description = "Moves weights between runs and files of Keras, bit for bit.",
    synopsisSubcommandLabel = "COMMAND")
public final class WeightsCommand extends CommandGroup {

  private record Imported(String runDir, String model, int classes) {}

  private record Exported(String file, String model, int classes, long step) {}

  @Command(
      name = "import",
      description =
          "Makes a run of weights that Keras trained; it can be evaluated, exported and trained on.")
  void importRun(
      @Option(
              names = "--from",
              paramLabel = "FILE",
              required = true,
              description = "A .weights.h5, .keras or .h5 file, or a checkpoint's folder.")
          Path from,
      @Option(
              names = "--model",
              paramLabel = "WRN-D-K",
              defaultValue = "wrn-16-2",
              description = "Depth and widen factor (default: ${DEFAULT-VALUE}).")
          String model,
      @Option(
              names = "--classes",
              paramLabel = "N",
              defaultValue = "10",
              description = "Number of classes (default: ${DEFAULT-VALUE}).")
          int classes,
      @Option(
              names = "--variant",
              paramLabel = "paper|keras",
              defaultValue = "keras",
              description =
                  "The paper's network or the Keras original's (default: ${DEFAULT-VALUE}).")
          Variant variant,
      @Option(
              names = "--normalization",
              paramLabel = "channel|pixel|none",
              description =
                  "The statistics its input was normalised by (default: pixel for keras, channel "
                      + "for paper).")
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
    CifarDataset dataset = data.or(dataOf(classes)).open(report);
    if (dataset.layout().classes() != classes) {
      throw new IllegalArgumentException(
          "--classes is %d and the data set %s has %d classes; --data should name one that agrees."
              .formatted(classes, dataset.name(), dataset.layout().classes()));
    }
    Recipe recipe =
        Recipe.load(variant == Variant.KERAS ? "keras" : "paper-cifar10")
            .with("network.model", model)
            .with("network.variant", variant);
    if (normalization != null) {
      recipe = recipe.with("normalization", normalization);
    }
    TrainingPlan plan =
        TrainingPlan.of(recipe, dataset, 0, ComputeSettings.DEFAULTS.with("weights", from));
    ImportedRun.create(runDir, plan, plan.dataDirectory());
    String wrn = WrnCommand.invocation();
    report.note(
        """
        Imported %s from %s into %s
        Next:
          %s evaluate --run-dir %s
          %s export --run-dir %s --to models/wrn
          %s train --resume --run-dir %s"""
            .formatted(
                plan.network().fullName(), from, runDir, wrn, runDir, wrn, runDir, wrn, runDir));
    report.result(new Imported(runDir.toString(), plan.network().name(), classes));
  }

  /** The data set of so many classes that a network was most probably trained on. */
  private static String dataOf(int classes) {
    return switch (classes) {
      case 20 -> "cifar100-coarse";
      case 100 -> "cifar100";
      default -> "cifar10";
    };
  }

  @Command(
      name = "export",
      description = "Writes the weights of a run into a file that Keras loads.")
  void exportWeights(
      @Mixin RunOptions run,
      @Option(
              names = "--to",
              paramLabel = "FILE",
              required = true,
              description =
                  "A .weights.h5 or .keras file for Keras 3, or any other .h5 file for Keras 2 as well.")
          Path to,
      @Mixin Report report)
      throws IOException {
    Checkpoint checkpoint = Checkpoint.open(run.checkpoint(run.run()));
    WideResNet network = WideResNet.of(checkpoint.description().network());
    try (NamedTensors weights =
        checkpoint.read(network.weights().stream().map(Weight::name).toList())) {
      KerasWeights.write(to, network, weights);
    }
    long step = checkpoint.description().step();
    report.note("Exported %s, step %d, to %s".formatted(network.config().fullName(), step, to));
    report.result(
        new Exported(to.toString(), network.config().name(), network.config().classes(), step));
  }
}
