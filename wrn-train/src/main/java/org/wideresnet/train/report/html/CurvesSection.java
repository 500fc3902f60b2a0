package org.wideresnet.train.report.html;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** The curves of all runs, one chart a quantity, over the epochs and over the time of training. */
record CurvesSection(List<ReportedRun> runs, Legend legend) {

  /** What the horizontal axis shows. */
  private enum Across {
    EPOCHS,
    TIME;

    private double value(ReportedRun run, int index) {
      return this == EPOCHS ? run.epochs().get(index).epoch() + 1 : run.secondsAt(index);
    }
  }

  /** The units of time, with the seconds they have; the largest that is exceeded is taken. */
  private enum TimeUnit {
    HOURS("h", 3600),
    MINUTES("min", 60),
    SECONDS("s", 1);

    private final String symbol;
    private final int seconds;

    TimeUnit(String symbol, int seconds) {
      this.symbol = symbol;
      this.seconds = seconds;
    }

    private static TimeUnit of(double most) {
      return Arrays.stream(values())
          .filter(unit -> most > 2 * unit.seconds)
          .findFirst()
          .orElse(SECONDS);
    }
  }

  String html() {
    double longest = longest(Across.TIME);
    String charts = charts(Across.EPOCHS, 1, "epochs");
    String choice = "";
    if (longest > 0) {
      TimeUnit unit = TimeUnit.of(longest);
      charts += charts(Across.TIME, unit.seconds, "time of training, " + unit.symbol);
      choice =
          """
          <input type="radio" name="across" id="over-epochs" checked="checked"/><label for="over-epochs">over epochs</label>
          <input type="radio" name="across" id="over-time"/><label for="over-time">over time</label>
          """;
    }
    return Html.section(
        "Curves", choice + legend.html(runs) + "<div class=\"charts\">\n" + charts + "</div>\n");
  }

  private String charts(Across across, double unit, String xTitle) {
    Axis x = Axis.covering(0, longest(across) / unit, across == Across.EPOCHS ? 1 : 0);
    return Arrays.stream(Quantity.values())
        .filter(quantity -> values(quantity).findAny().isPresent())
        .map(quantity -> figure(quantity, across, unit, x, xTitle))
        .collect(Collectors.joining());
  }

  private String figure(Quantity quantity, Across across, double unit, Axis x, String xTitle) {
    String title = quantity.title(heldOut(runs));
    Chart chart = new Chart(x, xTitle, scale(quantity), description(quantity, title, xTitle));
    List<Chart.Curve> curves =
        runs.stream()
            .map(
                run ->
                    new Chart.Curve(
                        legend.style(run),
                        IntStream.range(0, run.epochs().size())
                            .mapToDouble(i -> across.value(run, i) / unit)
                            .toArray(),
                        run.epochs().stream().mapToDouble(quantity::value).toArray()))
            .toList();
    return """
        <figure class="%s" data-quantity="%s" data-high="%s">
        <figcaption>%s</figcaption>
        %s</figure>
        """
        .formatted(
            across.name().toLowerCase(Locale.ROOT),
            quantity,
            x.high() * unit,
            Html.escape(title),
            chart.svg(curves));
  }

  private Axis scale(Quantity quantity) {
    double[] all = quantity.ofSameScale().stream().flatMapToDouble(this::values).toArray();
    double min = quantity.startsAtZero() ? 0 : DoubleStream.of(all).min().orElseThrow();
    return Axis.covering(min, DoubleStream.of(all).max().orElseThrow(), 0);
  }

  private DoubleStream values(Quantity quantity) {
    return runs.stream()
        .flatMap(run -> run.epochs().stream())
        .mapToDouble(quantity::value)
        .filter(Double::isFinite);
  }

  private double longest(Across across) {
    return runs.stream()
        .flatMapToDouble(
            run -> IntStream.range(0, run.epochs().size()).mapToDouble(i -> across.value(run, i)))
        .filter(Double::isFinite)
        .max()
        .orElse(0);
  }

  private String description(Quantity quantity, String title, String xTitle) {
    return runs.stream()
        .map(run -> run.name() + " ends at " + quantity.text(run.lastEpoch()))
        .collect(Collectors.joining("; ", title + ", over " + xTitle + ": ", "."));
  }

  /** Returns what the images are called that the {@code val_} columns were measured on. */
  static String heldOut(List<ReportedRun> runs) {
    long split = runs.stream().filter(ReportedRun::hasValidation).count();
    return split == 0 ? "test" : split == runs.size() ? "validation" : "test or validation";
  }
}
