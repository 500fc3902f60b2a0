package org.wideresnet.train.report.html;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.wideresnet.train.report.html.HtmlTable.Cell;

/**
 * The settings of the runs: those that differ, with what differs from the first run highlighted,
 * then those that only some of the runs recorded, then those that are equal.
 */
record SettingsSection(List<ReportedRun> runs, Legend legend) {

  String html() {
    List<Map<String, String>> settings =
        runs.stream().map(run -> Configuration.of(run.json())).toList();
    Set<String> keys = new LinkedHashSet<>();
    settings.forEach(run -> keys.addAll(run.keySet()));
    List<String> different = new ArrayList<>();
    List<String> partial = new ArrayList<>();
    List<String> equal = new ArrayList<>();
    for (String key : keys) {
      Set<String> values = new HashSet<>();
      settings.forEach(run -> values.add(run.get(key)));
      boolean somewhereMissing = values.remove(null);
      (values.size() > 1 ? different : somewhereMissing ? partial : equal).add(key);
    }
    String html = "";
    if (!different.isEmpty()) {
      html += table(different, settings).toString();
    } else if (runs.size() > 1) {
      html += "<p>All runs have the same settings.</p>\n";
    }
    if (!partial.isEmpty()) {
      html +=
          Html.details(
              partial.size() + " more in some runs only", table(partial, settings).toString());
    }
    if (!equal.isEmpty()) {
      html +=
          Html.details(
              equal.size() + (runs.size() > 1 ? " equal settings" : " settings"),
              list(equal, settings.get(0)).toString());
    }
    return Html.section(runs.size() > 1 ? "Settings that differ" : "Settings", html);
  }

  private HtmlTable table(List<String> keys, List<Map<String, String>> settings) {
    List<Cell> headings = new ArrayList<>(List.of(Cell.text("Setting")));
    runs.forEach(run -> headings.add(legend.cell(run)));
    HtmlTable table = HtmlTable.wide(headings);
    for (String key : keys) {
      String first =
          settings.stream().filter(run -> run.containsKey(key)).findFirst().orElseThrow().get(key);
      table.row(Cell.key(key), settings.stream().map(run -> cell(run.get(key), first)).toList());
    }
    return table;
  }

  private static Cell cell(String value, String first) {
    if (value == null) {
      return Cell.marked("not recorded", "missing");
    }
    return value.equals(first)
        ? Cell.text(value)
        : new Cell("<mark>" + Html.escape(value) + "</mark>", "");
  }

  private static HtmlTable list(List<String> keys, Map<String, String> settings) {
    HtmlTable table = HtmlTable.wide(List.of(Cell.text("Setting"), Cell.text("Value")));
    keys.forEach(key -> table.row(Cell.key(key), List.of(Cell.text(settings.get(key)))));
    return table;
  }
}
