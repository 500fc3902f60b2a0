package org.wideresnet.train.report.html;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.wideresnet.train.report.NumberFormats;

/**
 * A table of facts, a row each, about runs or machines.
 *
 * @param summary what it is hidden behind until it is asked for; empty if it is open
 * @param heading the heading of the facts' names
 */
record Comparison(String summary, String heading, List<Column> columns, List<Fact> facts) {

  /**
   * A column.
   *
   * @param run the run that it is about; null if there are several
   * @param text the heading where there is no run
   */
  record Column(ReportedRun run, String text) {}

  /**
   * A fact.
   *
   * @param words the words of its name, between which it may be broken
   */
  record Fact(List<String> words, List<Value> values) {}

  /**
   * What a run says of a fact.
   *
   * @param text the value; null if it was not recorded
   * @param differs whether it is to be highlighted
   */
  record Value(String text, boolean differs) {

    boolean recorded() {
      return text != null;
    }
  }

  /**
   * Compares settings: first those that differ, with what differs from the first run highlighted,
   * then those that only some of the runs recorded, then those that are equal.
   */
  static List<Comparison> ofSettings(List<ReportedRun> runs) {
    List<Map<String, String>> settings = runs.stream().map(ReportedRun::settings).toList();
    List<Fact> different = new ArrayList<>();
    List<Fact> partial = new ArrayList<>();
    List<Fact> equal = new ArrayList<>();
    for (String key : keys(settings)) {
      Set<String> values = new HashSet<>();
      settings.forEach(run -> values.add(run.get(key)));
      boolean somewhereMissing = values.remove(null);
      List<String> words = List.of(key.split("(?<=[._])"));
      if (values.size() > 1 || somewhereMissing) {
        (values.size() > 1 ? different : partial).add(new Fact(words, values(key, settings)));
      } else {
        equal.add(new Fact(words, values(key, settings.subList(0, 1))));
      }
    }
    List<Column> columns = runs.stream().map(run -> new Column(run, "")).toList();
    List<Comparison> tables = new ArrayList<>();
    tables.add(new Comparison("", "Setting", columns, different));
    tables.add(
        new Comparison(partial.size() + " more in some runs only", "Setting", columns, partial));
    tables.add(
        new Comparison(
            equal.size() + (runs.size() > 1 ? " equal settings" : " settings"),
            "Setting",
            List.of(new Column(null, "Value")),
            equal));
    tables.removeIf(table -> table.facts().isEmpty());
    return tables;
  }

  /** Compares machines; runs that say the same of theirs share a column. */
  static Comparison ofMachines(List<ReportedRun> runs) {
    Map<Map<String, String>, List<String>> machines = new LinkedHashMap<>();
    for (ReportedRun run : runs) {
      machines.computeIfAbsent(run.machine(), machine -> new ArrayList<>()).add(run.name());
    }
    return new Comparison(
        "",
        "Machine of",
        machines.values().stream()
            .map(names -> new Column(null, String.join(", ", names)))
            .toList(),
        keys(machines.keySet()).stream()
            .map(
                key ->
                    new Fact(
                        List.of(name(key)),
                        machines.keySet().stream()
                            .map(machine -> new Value(fact(key, machine.get(key)), false))
                            .toList()))
            .toList());
  }

  boolean isOpen() {
    return summary.isEmpty();
  }

  private static List<Value> values(String key, List<Map<String, String>> settings) {
    String first =
        settings.stream().filter(run -> run.containsKey(key)).findFirst().orElseThrow().get(key);
    return settings.stream()
        .map(run -> run.get(key))
        .map(value -> new Value(value, !first.equals(value)))
        .toList();
  }

  /** Memory in GiB, because nobody reads eleven digits. */
  private static String fact(String key, String value) {
    return value != null && key.equals("memory_bytes")
        ? NumberFormats.format("%.1f GiB", Double.parseDouble(value) / (1 << 30))
        : value;
  }

  private static String name(String key) {
    return switch (key) {
      case "cpu" -> "CPU";
      case "gpu" -> "GPU";
      case "os" -> "operating system";
      case "memory_bytes" -> "memory";
      case "onednn" -> "oneDNN";
      default -> key.replace('_', ' ');
    };
  }

  private static Set<String> keys(Iterable<Map<String, String>> maps) {
    Set<String> keys = new LinkedHashSet<>();
    maps.forEach(map -> keys.addAll(map.keySet()));
    return keys;
  }
}
