package org.wideresnet.cli;

import java.io.PrintWriter;
import org.wideresnet.cli.bench.BenchCommand;
import org.wideresnet.cli.bench.DevicesCommand;
import org.wideresnet.cli.data.DataCommand;
import org.wideresnet.cli.model.ExportCommand;
import org.wideresnet.cli.model.PlotCommand;
import org.wideresnet.cli.model.PredictCommand;
import org.wideresnet.cli.model.ServeCommand;
import org.wideresnet.cli.model.SummaryCommand;
import org.wideresnet.cli.model.WeightsCommand;
import org.wideresnet.cli.terminal.CommandGroup;
import org.wideresnet.cli.terminal.Failures;
import org.wideresnet.cli.terminal.Terminal;
import org.wideresnet.cli.train.CompareCommand;
import org.wideresnet.cli.train.EvaluateCommand;
import org.wideresnet.cli.train.RecipeCommand;
import org.wideresnet.cli.train.RunsCommand;
import org.wideresnet.cli.train.TrainCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The root command; the work is done by its subcommands. */
@Command(
    name = "wrn",
    description = "Trains Wide Residual Networks on CIFAR with TensorFlow Java.",
    subcommands = {
      TrainCommand.class,
      RecipeCommand.class,
      EvaluateCommand.class,
      PredictCommand.class,
      ExportCommand.class,
      ServeCommand.class,
      SummaryCommand.class,
      PlotCommand.class,
      DataCommand.class,
      RunsCommand.class,
      CompareCommand.class,
      WeightsCommand.class,
      BenchCommand.class,
      DevicesCommand.class
    },
    versionProvider = WrnCommand.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    footerHeading = "%nEnvironment:%n",
    footer = {
      "  WRN_DATA_DIR           where data sets are looked for without --data-dir",
      "  TF_CONFIG              the workers of a training on several machines (docs/scaling.md)",
      "  WRN_PROFILE            Maven profile that ./wrn builds with: gpu for CUDA",
      "  WRN_JAVA_OPTS          options for the Java virtual machine, such as -Xmx2g",
      "  CUDA_VISIBLE_DEVICES   the GPUs that there are for this program, such as 0,1",
      "  NVIDIA_TF32_OVERRIDE   0 lets GPUs multiply in full float32",
      "  TF_DETERMINISTIC_OPS   1 lets GPUs add up in one order; --deterministic sets it",
      "  JAVA_HOME              the JDK, where it is not the one on the PATH",
      "  TF_ENABLE_ONEDNN_OPTS  0 turns oneDNN's kernels off (on x86 they are on)",
      "%nExit codes: 0 done, 1 failed at run time, 2 wrong usage or input,",
      "130 or 143 interrupted after a checkpoint was written."
    })
public final class WrnCommand extends CommandGroup {
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show this text.")
  private boolean help;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Show the version.")
  private boolean version;

  @Option(
      names = "--verbose",
      scope = ScopeType.INHERIT,
      description = "Show where an error comes from.")
  private boolean verbose;

  private WrnCommand() {}

  /**
   * Returns the command, ready to be executed.
   *
   * @param out for what was asked for
   * @param err for errors, progress and, with {@code --json}, all text for people
   */
  static CommandLine commandLine(PrintWriter out, PrintWriter err) {
    WrnCommand root = new WrnCommand();
    Failures failures = new Failures(() -> root.verbose);
    return new CommandLine(root)
        .setCommandName(Terminal.invocation())
        .setOut(out)
        .setErr(err)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setUsageHelpWidth(Math.max(60, Math.min(120, Terminal.columns())))
        .setParameterExceptionHandler(failures)
        .setExecutionExceptionHandler(failures);
  }

  /** Returns the version that the build wrote into the jar. */
  static String version() {
    String version = Main.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  /** Shows the version. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"wrn " + version()};
    }
  }
}
