package org.wideresnet.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.wideresnet.export.ExportOptions;
import org.wideresnet.export.ExportedModel;
import org.wideresnet.export.SavedModelExporter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code wrn export}: a SavedModel of a checkpoint. */
@Command(
    name = "export",
    description =
        "Writes a run as a SavedModel for TensorFlow Serving, Java and Python, and compares it "
            + "with the checkpoint.")
final class ExportCommand implements Callable<Integer> {
  @Mixin private RunOptions run;

  @Option(
      names = "--to",
      paramLabel = "DIR",
      required = true,
      description = "The folder of the model's versions.")
  private Path to;

  @Option(
      names = "--version",
      paramLabel = "N",
      description = "The number of this version (default: the next that is free).")
  private Long version;

  @Option(
      names = "--keep",
      paramLabel = "N",
      defaultValue = "0",
      description = "How many versions stay, counting this one (default: all).")
  private int keep;

  @Mixin private Report report;

  private record Result(String dir, long version, double maxAbsDifference) {}

  @Override
  public Integer call() throws IOException {
    ExportOptions options = new ExportOptions(version, keep);
    ExportedModel model = SavedModelExporter.export(run.checkpoint(run.run()), to, options);
    report
        .text()
        .println(
            String.format(
                Locale.ROOT,
                "Exported version %d to %s (%.1f MB); its probabilities differ from the checkpoint's by at most %.1e.",
                model.version(),
                model.folder(),
                model.bytes() / 1e6,
                model.maxAbsDifference()));
    report.result(new Result(model.folder().toString(), model.version(), model.maxAbsDifference()));
    return 0;
  }
}
