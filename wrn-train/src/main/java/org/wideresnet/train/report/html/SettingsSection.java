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
 * The settings of the runs: those that differ, with what differs from the first run highlighted,
 * then those that only some of the runs recorded, then those that are equal. After them the
 * machines.
 */
record SettingsSection(List<ReportedRun> runs, Legend legend) {

  String html() {
    List<Map<String, String>> settings = runs.stream().map(ReportedRun::settings).toList();
    List<String> different = new ArrayList<>();
    List<String> partial = new ArrayList<>();
    List<String> equal = new ArrayList<>();
    for (String key : keys(settings)) {
      Set<String> values = new HashSet<>();
      settings.forEach(run -> values.add(run.get(key)));
      boolean somewhereMissing = values.remove(null);
      (values.size() > 1 ? different : somewhereMissing ? partial : equal).add(key);
    }
    String html = "";
    if (!different.isEmpty()) {
      html += table(different, settings);
    } else if (runs.size() > 1) {
      html += "<p>All runs have the same settings.</p>\n";
    }
    if (!partial.isEmpty()) {
      html += Html.details(partial.size() + " more in some runs only", table(partial, settings));
    }
    if (!equal.isEmpty()) {
      HtmlTable<String> table = keyTable();
      table.text("Value", settings.get(0)::get);
      html +=
          Html.details(
              equal.size() + (runs.size() > 1 ? " equal settings" : " settings"), table.of(equal));
    }
    return Html.section(runs.size() > 1 ? "Settings that differ" : "Settings", html) + machines();
  }

  private String table(List<String> keys, List<Map<String, String>> settings) {
    HtmlTable<String> table = keyTable();
    for (int i = 0; i < runs.size(); i++) {
      Map<String, String> run = settings.get(i);
      table.html(
          legend.entry(runs.get(i)),
          " class=\"run\"",
          key -> cell(run.get(key), first(key, settings)));
    }
    return table.of(keys);
  }

  /** Starts a table with a row for each setting; a key may be broken between its words. */
  private static HtmlTable<String> keyTable() {
    return new HtmlTable<String>(" class=\"wide\"")
        .html("Setting", "", key -> Html.escape(key).replaceAll("[._]", "$0<wbr/>"));
  }

  private static String first(String key, List<Map<String, String>> settings) {
    return settings.stream().filter(run -> run.containsKey(key)).findFirst().orElseThrow().get(key);
  }

  private static String cell(String value, String expected) {
    if (value == null) {
      return Html.NOT_RECORDED;
    }
    return value.equals(expected) ? Html.escape(value) : Html.mark(value);
  }

  /** Runs that say the same of their machines share a column. */
  private String machines() {
    Map<Map<String, String>, List<String>> machines = new LinkedHashMap<>();
    for (ReportedRun run : runs) {
      machines.computeIfAbsent(run.machine(), machine -> new ArrayList<>()).add(run.name());
    }
    Set<String> keys = keys(machines.keySet());
    if (keys.isEmpty()) {
      return "";
    }
    HtmlTable<String> table =
        new HtmlTable<String>(" class=\"wide\"").text("Machine of", SettingsSection::name);
    machines.forEach(
        (machine, names) ->
            table.html(
                Html.escape(String.join(", ", names)), "", key -> fact(key, machine.get(key))));
    return Html.section(machines.size() > 1 ? "Machines" : "Machine", table.of(List.copyOf(keys)));
  }

  /** Memory in GiB, because nobody reads eleven digits. */
  private static String fact(String key, String value) {
    if (value == null) {
      return Html.NOT_RECORDED;
    }
    return key.equals("memory_bytes")
        ? NumberFormats.format("%.1f GiB", Double.parseDouble(value) / (1 << 30))
        : Html.escape(value);
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
