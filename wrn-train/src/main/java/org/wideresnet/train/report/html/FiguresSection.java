package org.wideresnet.train.report.html;

import java.util.List;
import java.util.stream.Collectors;
import org.wideresnet.train.report.html.HtmlTable.Cell;

/** What the runs came to, one by one and in groups of runs that differ in the seed alone. */
record FiguresSection(List<ReportedRun> runs, Legend legend) {

  String html() {
    List<RunGroup> groups = RunGroup.of(runs.stream().filter(ReportedRun::isFinished).toList());
    boolean repeated = groups.stream().anyMatch(group -> group.runs().size() > 1);
    return Html.section("Final figures", table().toString())
        + (repeated
            ? Html.section(
                "Runs with several seeds", groupTable(groups) + difference(groups) + unfinished())
            : "");
  }

  private HtmlTable table() {
    HtmlTable table =
        HtmlTable.of(
            Cell.text("Run"),
            Cell.number("Test accuracy, %"),
            Cell.number("Test loss"),
            Cell.number("Images/s"),
            Cell.number("Time"),
            Cell.number("Epochs"),
            Cell.number("Seed"),
            Cell.text("Model"),
            Cell.text("Data"),
            Cell.text("Program"),
            Cell.text("State"));
    for (ReportedRun run : runs) {
      table.row(
          legend.cell(run),
          List.of(
              Cell.number(Digits.percent(run.testAccuracy())),
              Cell.number(Digits.loss(run.testLoss())),
              Cell.number(Digits.speed(run.imagesPerSecond())),
              Cell.number(Digits.duration(run.seconds())),
              Cell.number(run.epochsDone()),
              Cell.number(run.text("/options/seed")),
              Cell.text(run.model()),
              Cell.text(run.text("/data/name")),
              Cell.text(run.program()),
              Cell.text(run.text("/state"))));
    }
    return table;
  }

  private static HtmlTable groupTable(List<RunGroup> groups) {
    HtmlTable table =
        HtmlTable.of(
            Cell.text("Settings"),
            Cell.number("Mean test accuracy, %"),
            Cell.number("Standard deviation"),
            Cell.number("Lowest – highest"),
            Cell.number("Difference of the mean"),
            Cell.number("Mean test loss"),
            Cell.number("Mean images/s"),
            Cell.text("Seeds"));
    double first = groups.get(0).mean(ReportedRun::testAccuracy);
    for (RunGroup group : groups) {
      double mean = group.mean(ReportedRun::testAccuracy);
      String range =
          Digits.percent(group.lowest(ReportedRun::testAccuracy))
              + " – "
              + Digits.percent(group.highest(ReportedRun::testAccuracy));
      String difference =
          group == groups.get(0) ? Digits.NOTHING : Digits.signed(100 * (mean - first));
      table.row(
          Cell.text(group.label(groups)),
          List.of(
              Cell.number(Digits.percent(mean)),
              Cell.number(Digits.percent(group.deviation(ReportedRun::testAccuracy))),
              Cell.number(range),
              Cell.number(difference),
              Cell.number(Digits.loss(group.mean(ReportedRun::testLoss))),
              Cell.number(Digits.speed(group.mean(ReportedRun::imagesPerSecond))),
              Cell.text(seeds(group))));
    }
    return table;
  }

  private static String seeds(RunGroup group) {
    return group.runs().stream()
        .map(run -> run.text("/options/seed"))
        .collect(Collectors.joining(", "));
  }

  /** Sets the difference of two means beside what seeds alone make of it. */
  private static String difference(List<RunGroup> groups) {
    if (groups.size() != 2) {
      return "";
    }
    double difference =
        Math.abs(
            groups.get(0).mean(ReportedRun::testAccuracy)
                - groups.get(1).mean(ReportedRun::testAccuracy));
    if (Double.isNaN(difference)) {
      return "";
    }
    String spreads =
        groups.stream()
            .filter(group -> group.runs().size() > 1)
            .map(
                group ->
                    "the %d runs of %s lie within %s of each other"
                        .formatted(
                            group.runs().size(),
                            group.label(groups),
                            Digits.percent(
                                group.highest(ReportedRun::testAccuracy)
                                    - group.lowest(ReportedRun::testAccuracy))))
            .collect(Collectors.joining("; "));
    return "<p>The two means are %s percentage points apart; %s.</p>\n"
        .formatted(Digits.percent(difference), Html.escape(spreads));
  }

  /** Names the runs that would lower the means. */
  private String unfinished() {
    List<String> names =
        runs.stream().filter(run -> !run.isFinished()).map(ReportedRun::name).toList();
    return names.isEmpty()
        ? ""
        : "<p>Left out, because they have epochs to go: %s.</p>\n"
            .formatted(Html.escape(String.join(", ", names)));
  }
}
