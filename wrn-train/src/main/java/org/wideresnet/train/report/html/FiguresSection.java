package org.wideresnet.train.report.html;

import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.stream.Collectors;
import org.wideresnet.train.report.NumberFormats;

/** What the runs came to, one by one and in groups of runs that differ in the seed alone. */
record FiguresSection(List<ReportedRun> runs, Legend legend) {

  String html() {
    List<RunGroup> groups = RunGroup.of(runs.stream().filter(ReportedRun::isFinished).toList());
    boolean repeated = groups.stream().anyMatch(group -> group.runs().size() > 1);
    return Html.section("Final figures", table())
        + (repeated
            ? Html.section(
                "Runs with several seeds", groupTable(groups) + difference(groups) + unfinished())
            : "");
  }

  private String table() {
    return new HtmlTable<ReportedRun>("")
        .html("Run", "", legend::entry)
        .number("Test accuracy, %", run -> NumberFormats.percent(run.testAccuracy()))
        .number("Test loss", run -> NumberFormats.loss(run.testLoss()))
        .number("Images/s", run -> NumberFormats.speed(run.imagesPerSecond()))
        .number("Time", run -> NumberFormats.duration(run.seconds()))
        .number("Epochs", ReportedRun::epochsDone)
        .number("Seed", run -> run.text("/options/seed"))
        .text("Model", ReportedRun::model)
        .text("Data", run -> run.text("/data/name"))
        .text("Program", ReportedRun::program)
        .text("State", run -> run.text("/state"))
        .of(runs);
  }

  private static String groupTable(List<RunGroup> groups) {
    RunGroup first = groups.get(0);
    return new HtmlTable<RunGroup>("")
        .text("Settings", group -> group.label(groups))
        .number("Mean test accuracy, %", group -> NumberFormats.percent(group.meanAccuracy()))
        .number("Standard deviation", group -> NumberFormats.percent(group.deviation()))
        .number(
            "Lowest – highest",
            group -> {
              DoubleSummaryStatistics accuracy = group.statistics(ReportedRun::testAccuracy);
              return NumberFormats.percent(accuracy.getMin())
                  + " – "
                  + NumberFormats.percent(accuracy.getMax());
            })
        .number(
            "Difference of the mean",
            group ->
                group == first
                    ? NumberFormats.NOTHING
                    : NumberFormats.signed(100 * (group.meanAccuracy() - first.meanAccuracy())))
        .number(
            "Mean test loss",
            group -> NumberFormats.loss(group.statistics(ReportedRun::testLoss).getAverage()))
        .number(
            "Mean images/s",
            group ->
                NumberFormats.speed(group.statistics(ReportedRun::imagesPerSecond).getAverage()))
        .text(
            "Seeds",
            group ->
                group.runs().stream()
                    .map(run -> run.text("/options/seed"))
                    .collect(Collectors.joining(", ")))
        .of(groups);
  }

  /** Sets the difference of two means beside what seeds alone make of it. */
  private static String difference(List<RunGroup> groups) {
    if (groups.size() != 2) {
      return "";
    }
    double difference = Math.abs(groups.get(0).meanAccuracy() - groups.get(1).meanAccuracy());
    if (Double.isNaN(difference)) {
      return "";
    }
    String spreads =
        groups.stream()
            .filter(group -> group.runs().size() > 1)
            .map(
                group -> {
                  DoubleSummaryStatistics accuracy = group.statistics(ReportedRun::testAccuracy);
                  return "the %d runs of %s lie within %s of each other"
                      .formatted(
                          group.runs().size(),
                          group.label(groups),
                          NumberFormats.percent(accuracy.getMax() - accuracy.getMin()));
                })
            .collect(Collectors.joining("; "));
    return "<p>The two means are %s percentage points apart; %s.</p>\n"
        .formatted(NumberFormats.percent(difference), Html.escape(spreads));
  }

  /** Names the runs that would lower the means. */
  private String unfinished() {
    String names =
        runs.stream()
            .filter(run -> !run.isFinished())
            .map(ReportedRun::name)
            .collect(Collectors.joining(", "));
    return names.isEmpty()
        ? ""
        : "<p>Left out, because they have epochs to go: %s.</p>\n".formatted(Html.escape(names));
  }
}
