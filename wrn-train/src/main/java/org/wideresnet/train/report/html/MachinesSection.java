package org.wideresnet.train.report.html;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.wideresnet.train.report.html.HtmlTable.Cell;

/** The machines of the runs; runs that say the same of theirs share a column. */
record MachinesSection(List<ReportedRun> runs) {

  String html() {
    Map<Map<String, String>, List<String>> machines = new LinkedHashMap<>();
    Set<String> keys = new LinkedHashSet<>();
    for (ReportedRun run : runs) {
      Map<String, String> facts = facts(run);
      keys.addAll(facts.keySet());
      machines.computeIfAbsent(facts, machine -> new ArrayList<>()).add(run.name());
    }
    if (keys.isEmpty()) {
      return "";
    }
    List<Cell> headings = new ArrayList<>(List.of(Cell.text("Machine of")));
    machines.values().forEach(names -> headings.add(Cell.text(String.join(", ", names))));
    HtmlTable table = HtmlTable.wide(headings);
    for (String key : keys) {
      List<Cell> cells =
          machines.keySet().stream()
              .map(machine -> machine.get(key))
              .map(
                  value ->
                      value == null ? Cell.marked("not recorded", "missing") : Cell.text(value))
              .toList();
      table.row(Cell.text(key), cells);
    }
    return Html.section(machines.size() > 1 ? "Machines" : "Machine", table.toString());
  }

  /** Memory in GiB, because nobody reads eleven digits. */
  private static Map<String, String> facts(ReportedRun run) {
    return Configuration.ofMachine(run.json()).entrySet().stream()
        .collect(
            Collectors.toMap(
                fact -> name(fact.getKey()),
                fact ->
                    fact.getKey().equals("memory_bytes")
                        ? Digits.format("%.1f GiB", run.number("/machine/memory_bytes") / (1 << 30))
                        : fact.getValue(),
                (one, other) -> one,
                LinkedHashMap::new));
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
}
