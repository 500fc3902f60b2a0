package org.wideresnet.train.report.html;

import static java.util.Map.entry;

import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.wideresnet.train.report.NumberFormats;

/**
 * Runs whose settings are equal but for the seed.
 *
 * @param settings what they share
 * @param runs the runs, one at least
 */
record RunGroup(Map<String, String> settings, List<ReportedRun> runs) {

  private static final int COLORS = 6;
  private static final int DASHES = 4;
  private static final int MOST_DIFFERENCES_NAMED = 3;

  /** Groups runs; groups and runs keep their order. */
  static List<RunGroup> of(List<ReportedRun> runs) {
    Map<Map<String, String>, List<ReportedRun>> groups = new LinkedHashMap<>();
    for (ReportedRun run : runs) {
      groups.computeIfAbsent(run.settingsWithoutSeed(), settings -> new ArrayList<>()).add(run);
    }
    return groups.entrySet().stream()
        .map(group -> new RunGroup(group.getKey(), group.getValue()))
        .toList();
  }

  /** Returns program and network, and what tells this group from others of the same ones. */
  private String label(List<RunGroup> all) {
    List<RunGroup> alike = all.stream().filter(other -> other.base().equals(base())).toList();
    Set<String> keys = new LinkedHashSet<>();
    alike.forEach(group -> keys.addAll(group.settings.keySet()));
    String differences =
        keys.stream()
            .filter(
                key ->
                    alike.stream()
                        .anyMatch(
                            other -> !Objects.equals(other.settings.get(key), settings.get(key))))
            .filter(settings::containsKey)
            .limit(MOST_DIFFERENCES_NAMED)
            .map(key -> ", " + key.substring(key.lastIndexOf('.') + 1) + " " + settings.get(key))
            .collect(Collectors.joining());
    return base() + differences;
  }

  private String base() {
    return runs.get(0).program() + ", " + runs.get(0).model();
  }

  /**
   * Returns what the table of groups says of this one, by its columns.
   *
   * @param all all groups, the one that others are compared with first
   */
  Map<String, String> figures(List<RunGroup> all) {
    DoubleSummaryStatistics accuracy = accuracy();
    double mean = accuracy.getAverage();
    double difference = 100 * (mean - all.get(0).accuracy().getAverage());
    return Map.ofEntries(
        entry("label", label(all)),
        entry("mean", NumberFormats.percent(mean)),
        entry("deviation", NumberFormats.percent(deviation(mean))),
        entry(
            "range",
            NumberFormats.percent(accuracy.getMin())
                + " – "
                + NumberFormats.percent(accuracy.getMax())),
        entry(
            "difference",
            this == all.get(0) ? NumberFormats.NOTHING : NumberFormats.signed(difference)),
        entry("loss", NumberFormats.loss(mean(ReportedRun::testLoss))),
        entry("speed", NumberFormats.speed(mean(ReportedRun::imagesPerSecond))),
        entry("seeds", runs.stream().map(ReportedRun::seed).collect(Collectors.joining(", "))));
  }

  /** Sets the difference of two means beside what seeds alone make of it; else it is empty. */
  static String difference(List<RunGroup> groups) {
    double difference =
        groups.size() != 2
            ? Double.NaN
            : Math.abs(
                groups.get(0).accuracy().getAverage() - groups.get(1).accuracy().getAverage());
    if (Double.isNaN(difference)) {
      return "";
    }
    return groups.stream()
        .filter(group -> group.runs().size() > 1)
        .map(
            group ->
                "the %d runs of %s lie within %s of each other"
                    .formatted(
                        group.runs().size(),
                        group.label(groups),
                        NumberFormats.percent(
                            group.accuracy().getMax() - group.accuracy().getMin())))
        .collect(
            Collectors.joining(
                "; ",
                "The two means are %s percentage points apart; "
                    .formatted(NumberFormats.percent(difference)),
                "."));
  }

  private DoubleSummaryStatistics accuracy() {
    return runs.stream().mapToDouble(ReportedRun::testAccuracy).summaryStatistics();
  }

  private double mean(ToDoubleFunction<ReportedRun> figure) {
    return runs.stream().mapToDouble(figure).average().orElse(Double.NaN);
  }

  /** Returns the standard deviation of a sample; NaN for a single run. */
  private double deviation(double mean) {
    double squares = runs.stream().mapToDouble(run -> Math.pow(run.testAccuracy() - mean, 2)).sum();
    return runs.size() < 2 ? Double.NaN : Math.sqrt(squares / (runs.size() - 1));
  }

  /**
   * Returns how runs are told apart, as CSS classes by the names of the runs: groups by colour, the
   * runs of a group by dashes. Where there are more groups than colours, they come again with other
   * dashes.
   */
  static Map<String, String> styles(List<RunGroup> groups) {
    Map<String, String> styles = new HashMap<>();
    for (int i = 0; i < groups.size(); i++) {
      List<ReportedRun> runs = groups.get(i).runs();
      for (int j = 0; j < runs.size(); j++) {
        styles.put(
            runs.get(j).name(), "c%d d%d".formatted(i % COLORS + 1, (j + i / COLORS) % DASHES + 1));
      }
    }
    return styles;
  }
}
