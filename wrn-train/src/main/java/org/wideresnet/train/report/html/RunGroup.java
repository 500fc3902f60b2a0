package org.wideresnet.train.report.html;

import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * Runs whose settings are equal but for the seed.
 *
 * @param settings what they share
 * @param runs the runs, one at least
 */
record RunGroup(Map<String, String> settings, List<ReportedRun> runs) {

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
  String label(List<RunGroup> all) {
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

  double meanAccuracy() {
    return statistics(ReportedRun::testAccuracy).getAverage();
  }

  /** Returns the standard deviation of a sample of test accuracies; NaN for a single run. */
  double deviation() {
    double mean = meanAccuracy();
    double squares = runs.stream().mapToDouble(run -> Math.pow(run.testAccuracy() - mean, 2)).sum();
    return runs.size() < 2 ? Double.NaN : Math.sqrt(squares / (runs.size() - 1));
  }

  /** Returns mean, minimum and maximum of a figure; NaN where it was not measured. */
  DoubleSummaryStatistics statistics(ToDoubleFunction<ReportedRun> figure) {
    return runs.stream().mapToDouble(figure).summaryStatistics();
  }
}
