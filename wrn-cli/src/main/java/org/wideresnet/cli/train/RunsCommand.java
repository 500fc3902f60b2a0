package org.wideresnet.cli.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.wideresnet.cli.terminal.Failures;
import org.wideresnet.cli.terminal.Report;
import org.wideresnet.train.run.RunDirectory;
import org.wideresnet.train.run.RunSummary;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code wrn runs}: what has been trained. */
@Command(name = "runs", description = "Lists the runs, the one that was written to last first.")
public final class RunsCommand implements Callable<Integer> {
  private static final String FORMAT = "%-40s  %-10s  %-16s  %9s  %8s  %s";

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "DIR",
      defaultValue = "runs",
      description = "The folder of the runs (default: ${DEFAULT-VALUE}).")
  private Path folder;

  @Mixin private Report report;

  private record Result(List<RunSummary> runs) {}

  @Override
  public Integer call() throws IOException {
    List<RunSummary> rows = new ArrayList<>();
    int code = 0;
    for (RunDirectory run : RunDirectory.list(folder)) {
      try {
        rows.add(RunSummary.of(run));
      } catch (IllegalArgumentException e) {
        report.warn(e.getMessage());
        code = Failures.WRONG_INPUT;
      }
    }
    if (rows.isEmpty()) {
      report.text().println("There is no run in %s; \"wrn train\" makes one.".formatted(folder));
    } else {
      report
          .text()
          .println(FORMAT.formatted("run", "model", "data", "epochs", "accuracy", "state"));
      rows.forEach(row -> report.text().println(line(row)));
    }
    report.result(new Result(rows));
    return code;
  }

  private static String line(RunSummary row) {
    return FORMAT.formatted(
        row.runDir(),
        row.model(),
        row.data(),
        row.epochs() + "/" + row.epochsPlanned(),
        row.accuracy() == null ? "-" : String.format(Locale.ROOT, "%.2f %%", 100 * row.accuracy()),
        row.state());
  }
}
