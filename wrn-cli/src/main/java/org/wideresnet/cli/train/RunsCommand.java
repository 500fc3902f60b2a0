package org.wideresnet.cli.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.wideresnet.cli.terminal.Failures;
import org.wideresnet.cli.terminal.Report;
import org.wideresnet.cli.terminal.Terminal;
import org.wideresnet.train.run.RunDirectory;
import org.wideresnet.train.run.RunSummary;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code wrn runs}: what has been trained. */
@Command(
    name = "runs",
    description = "Lists the runs, the one that was written to last first.",
    footerHeading = "%nExample:%n",
    footer = {"  ${ROOT-COMMAND-NAME} runs"})
public final class RunsCommand implements Callable<Integer> {
  private static final String GAP = "  ";
  private static final int EPOCHS = 1;
  private static final int ACCURACY = 2;
  private static final int COLUMNS_OF_ALL = 4;

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
      print(rows);
    }
    report.result(new Result(rows));
    return code;
  }

  /** Leaves out model and data, which most names of runs hold, where they have no room. */
  private void print(List<RunSummary> rows) {
    List<List<String>> cells = new ArrayList<>();
    cells.add(List.of("run", "epochs", "accuracy", "state", "model", "data"));
    rows.forEach(row -> cells.add(cells(row)));
    int[] widths =
        IntStream.range(0, cells.get(0).size())
            .map(column -> cells.stream().mapToInt(row -> row.get(column).length()).max().orElse(0))
            .toArray();
    int columns = widths.length;
    while (columns > COLUMNS_OF_ALL && width(widths, columns) > Terminal.tableColumns()) {
      columns--;
    }
    for (List<String> row : cells) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < columns; i++) {
        String padding = " ".repeat(widths[i] - row.get(i).length());
        boolean number = i == EPOCHS || i == ACCURACY;
        line.append(number ? padding + row.get(i) : row.get(i) + padding).append(GAP);
      }
      report.note(line.toString().stripTrailing());
    }
  }

  private static int width(int[] widths, int columns) {
    return Arrays.stream(widths, 0, columns).sum() + (columns - 1) * GAP.length();
  }

  private static List<String> cells(RunSummary row) {
    return List.of(
        row.runDir(),
        row.epochs() + "/" + row.epochsPlanned(),
        row.accuracy() == null ? "-" : String.format(Locale.ROOT, "%.2f %%", 100 * row.accuracy()),
        row.state(),
        row.model(),
        row.data());
  }
}
