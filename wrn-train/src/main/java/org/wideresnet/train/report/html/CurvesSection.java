package org.wideresnet.train.report.html;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.wideresnet.train.report.Axis;
import org.wideresnet.train.report.Chart;
import org.wideresnet.train.report.NumberFormats;
import org.wideresnet.train.run.History;
import org.wideresnet.train.run.History.Quantity;

/**
 * The curves of all runs, one chart a quantity, over the epochs and over the time of training, and
 * the tables of their values.
 */
record CurvesSection(List<ReportedRun> runs, Legend legend) {

  /**
   * What the horizontal axis shows.
   *
   * @param name its CSS class
   * @param unit what one of its units is in those of the values
   * @param leastStep the least distance of its ticks
   */
  private record Across(
      String name,
      String title,
      double unit,
      double leastStep,
      Function<ReportedRun, double[]> values) {

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

  String html() {
    String charts = charts(new Across("epochs", "epochs", 1, 1, ReportedRun::epochNumbers));
    String choice = "";
    double seconds = over("s", 1).longest(runs);
    if (seconds > 0) {
      charts +=
          charts(seconds > 7200 ? over("h", 3600) : seconds > 120 ? over("min", 60) : over("s", 1));
      choice =
          """
          <input type="radio" name="across" id="over-epochs" checked="checked"/><label for="over-epochs">over epochs</label>
          <input type="radio" name="across" id="over-time"/><label for="over-time">over time</label>
          """;
    }
    return Html.section(
        "Curves", choice + legend.html(runs) + "<div class=\"charts\">\n" + charts + "</div>\n");
  }

  private static Across over(String symbol, int seconds) {
    return new Across("time", "time of training, " + symbol, seconds, 0, ReportedRun::elapsed);
  }

  private String charts(Across across) {
    List<History.Row> rows = runs.stream().flatMap(run -> run.epochs().stream()).toList();
    return Quantity.charted().stream()
        .filter(quantity -> rows.stream().mapToDouble(quantity::of).anyMatch(Double::isFinite))
        .map(quantity -> figure(quantity, across, Chart.scale(quantity, rows)))
        .collect(Collectors.joining());
  }

  private String figure(Quantity quantity, Across across, Axis y) {
    String title = title(quantity, runs);
    Axis x = Axis.covering(0, across.longest(runs), across.leastStep());
    List<Chart.Curve> curves =
        runs.stream()
            .map(
                run ->
                    new Chart.Curve(
                        legend.style(run), across.of(run), Chart.values(quantity, run.epochs())))
            .toList();
    String description =
        runs.stream()
            .map(run -> run.name() + " ends at " + NumberFormats.of(quantity, run.lastEpoch()))
            .collect(Collectors.joining("; ", title + ", over " + across.title() + ": ", "."));
    return """
        <figure class="%s" data-quantity="%s" data-high="%s">
        <figcaption>%s</figcaption>
        %s</figure>
        """
        .formatted(
            across.name(),
            quantity,
            x.high() * across.unit(),
            Html.escape(title),
            SvgChart.of(new Chart(x, across.title(), y), curves, description));
  }

  /** Returns all values of the curves as tables; the script of the page takes them from there. */
  String tables() {
    return Html.section(
        "Every epoch", runs.stream().map(this::table).collect(Collectors.joining()));
  }

  private String table(ReportedRun run) {
    double[] elapsed = run.elapsed();
    List<History.Row> rows = run.epochs();
    HtmlTable<Integer> table =
        new HtmlTable<Integer>(
                " class=\"epochs\" data-run=\"%s\" data-style=\"%s\""
                    .formatted(Html.escape(run.name()), legend.style(run)))
            .rows(
                i ->
                    " data-epochs=\"%d\" data-time=\"%s\""
                        .formatted(rows.get(i).epoch() + 1, elapsed[i]))
            .number("Epoch", i -> Integer.toString(rows.get(i).epoch() + 1));
    for (Quantity quantity : Quantity.charted()) {
      table.html(
          Html.escape(title(quantity, List.of(run))),
          " class=\"number\" data-quantity=\"" + quantity + "\"",
          i -> NumberFormats.of(quantity, rows.get(i)));
    }
    return Html.details(
        legend.entry(run), table.of(IntStream.range(0, rows.size()).boxed().toList()));
  }

  /** Returns the name of a quantity with its unit. */
  private static String title(Quantity quantity, List<ReportedRun> runs) {
    long split = runs.stream().filter(ReportedRun::hasValidation).count();
    String heldOut =
        split == 0 ? "test" : split == runs.size() ? "validation" : "test or validation";
    String title = quantity.title(heldOut);
    return title.substring(0, 1).toUpperCase(Locale.ROOT)
        + title.substring(1)
        + switch (quantity.unit()) {
          case PERCENT -> ", %";
          case IMAGES_PER_SECOND -> ", images/s";
          case NATS, NONE -> "";
        };
  }
}
