package org.wideresnet.train.report.html;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.wideresnet.train.report.Axis;
import org.wideresnet.train.report.Chart;
import org.wideresnet.train.report.NumberFormats;
import org.wideresnet.train.run.History;
import org.wideresnet.train.run.History.Quantity;

/**
 * The curves of all runs for one quantity.
 *
 * @param across what is on the horizontal axis
 * @param high where the horizontal axis ends, in epochs or seconds
 * @param description what somebody is told who does not see the chart
 */
record Figure(
    Across across, Quantity quantity, String high, String title, String description, Chart chart) {

  /**
   * What is on a horizontal axis.
   *
   * @param name its name in the page
   * @param unit what one of its units is in those of the values
   * @param leastStep the least distance of its ticks
   */
  record Across(
      String name,
      String title,
      double unit,
      double leastStep,
      Function<ReportedRun, double[]> values) {

    static final Across EPOCHS = new Across("epochs", "epochs", 1, 1, ReportedRun::epochNumbers);

    static Across time(String unit, int seconds) {
      return new Across("time", "time of training, " + unit, seconds, 0, ReportedRun::elapsed);
    }

    double[] of(ReportedRun run) {
      return Arrays.stream(values.apply(run)).map(value -> value / unit).toArray();
    }

    double longest(List<ReportedRun> runs) {
      return runs.stream()
          .flatMapToDouble(run -> Arrays.stream(of(run)))
          .filter(Double::isFinite)
          .max()
          .orElse(0);
    }
  }

  /** Returns a figure for each quantity over the epochs, and over the time if it is known. */
  static List<Figure> of(List<ReportedRun> runs) {
    List<Figure> figures = new ArrayList<>(of(runs, Across.EPOCHS));
    double seconds = Across.time("s", 1).longest(runs);
    if (seconds > 2 * 3600) {
      figures.addAll(of(runs, Across.time("h", 3600)));
    } else if (seconds > 2 * 60) {
      figures.addAll(of(runs, Across.time("min", 60)));
    } else if (seconds > 0) {
      figures.addAll(of(runs, Across.time("s", 1)));
    }
    return figures;
  }

  private static List<Figure> of(List<ReportedRun> runs, Across across) {
    List<History.Row> rows = runs.stream().flatMap(run -> run.epochs().stream()).toList();
    Axis x = Axis.covering(0, across.longest(runs), across.leastStep());
    List<Figure> figures = new ArrayList<>();
    for (Quantity quantity : Quantity.charted()) {
      if (rows.stream().mapToDouble(quantity::of).anyMatch(Double::isFinite)) {
        List<Chart.Series> series = new ArrayList<>();
        for (ReportedRun run : runs) {
          double[] values = Chart.values(quantity, run.epochs());
          series.add(new Chart.Series(run.style(), across.of(run), values));
        }
        String title = ReportedRun.title(quantity, runs);
        String description =
            runs.stream()
                .map(run -> run.name() + " ends at " + NumberFormats.of(quantity, run.lastEpoch()))
                .collect(Collectors.joining("; ", title + ", over " + across.title() + ": ", "."));
        Chart chart = Chart.of(x, across.title(), Chart.scale(quantity, rows), series);
        String high = Double.toString(x.high() * across.unit());
        figures.add(new Figure(across, quantity, high, title, description, chart));
      }
    }
    return figures;
  }
}
