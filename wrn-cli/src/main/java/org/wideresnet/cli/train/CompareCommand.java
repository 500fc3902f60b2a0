package org.wideresnet.cli.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.wideresnet.cli.terminal.Report;
import org.wideresnet.train.report.html.HtmlReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code wrn compare}: runs side by side, on a page for the browser. */
@Command(
    name = "compare",
    description =
        "Writes an HTML page with the figures, curves, settings and machines of runs, "
            + "those of the Keras twin included.",
    footerHeading = "%nExample:%n",
    footer = {"  ${ROOT-COMMAND-NAME} compare runs/first runs/second --to report.html"})
public final class CompareCommand implements Callable<Integer> {
  @Parameters(arity = "1..*", paramLabel = "RUN", description = "The directory of a run.")
  private List<Path> runs;

  @Option(
      names = "--to",
      paramLabel = "FILE",
      defaultValue = "report.html",
      description = "The page (default: ${DEFAULT-VALUE}).")
  private Path file;

  @Mixin private Report report;

  private record Result(String report, List<String> runs) {}

  @Override
  public Integer call() throws IOException {
    HtmlReport.of(runs).write(file);
    report
        .text()
        .println(
            runs.size() == 1
                ? "%s shows the run %s.".formatted(file, runs.get(0))
                : "%s compares %d runs.".formatted(file, runs.size()));
    report.result(new Result(file.toString(), runs.stream().map(Path::toString).toList()));
    return 0;
  }
}
