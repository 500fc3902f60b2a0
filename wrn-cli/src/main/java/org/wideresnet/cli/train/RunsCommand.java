package org.wideresnet.cli.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.wideresnet.cli.terminal.Failures;
import org.wideresnet.cli.terminal.Report;
import org.wideresnet.train.run.History;
import org.wideresnet.train.run.RunConfig;
import org.wideresnet.train.run.RunDirectory;
import org.wideresnet.train.run.RunLock;
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

  private record Result(List<Row> runs) {}

  /**
   * A line of the list.
   *
   * @param epochs how many are done
   * @param epochsPlanned how many there are to be
   * @param accuracy the last one on the test set, or on the validation split if that is all there
   *     is so far; null where there is none yet
   */
  private record Row(
      String runDir,
      String model,
      String data,
      int epochs,
      int epochsPlanned,
      Double accuracy,
      String state) {}

  @Override
  public Integer call() throws IOException {
    List<Row> rows = new ArrayList<>();
    int code = 0;
    for (RunDirectory run : RunDirectory.list(folder)) {
      try {
        rows.add(row(run));
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

  private static Row row(RunDirectory run) throws IOException {
    RunConfig config = RunConfig.read(run.runJson());
    List<History.Row> epochs = History.open(run.history()).rows();
    Double accuracy =
        epochs.isEmpty() ? null : Double.valueOf(epochs.get(epochs.size() - 1).valAccuracy());
    if (config.result() != null) {
      accuracy = config.result().testAccuracy();
    }
    return new Row(
        run.path().toString(),
        config.recipe().network().model().orElseThrow().toUpperCase(Locale.ROOT),
        config.data().name(),
        epochs.size(),
        config.recipe().epochs(),
        accuracy == null || accuracy.isNaN() ? null : accuracy,
        state(run, config.state()));
  }

  /** A run that was killed could not say so, but nobody holds its lock. */
  private static String state(RunDirectory run, RunConfig.State state) throws IOException {
    return state == RunConfig.State.RUNNING && !RunLock.isHeld(run.path())
        ? "stopped"
        : state.name().toLowerCase(Locale.ROOT);
  }

  private static String line(Row row) {
    return FORMAT.formatted(
        row.runDir(),
        row.model(),
        row.data(),
        row.epochs() + "/" + row.epochsPlanned(),
        row.accuracy() == null ? "-" : String.format(Locale.ROOT, "%.2f %%", 100 * row.accuracy()),
        row.state());
  }
}
