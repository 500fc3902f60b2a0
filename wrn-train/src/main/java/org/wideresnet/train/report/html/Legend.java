package org.wideresnet.train.report.html;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * How the runs are told apart: groups by colour, the runs of a group by dashes. Where there are
 * more groups than colours, they come again with other dashes.
 */
final class Legend {

  private static final int COLORS = 6;
  private static final int DASHES = 4;

  private final Map<String, String> styles = new LinkedHashMap<>();

  Legend(List<RunGroup> groups) {
    for (int i = 0; i < groups.size(); i++) {
      List<ReportedRun> runs = groups.get(i).runs();
      for (int j = 0; j < runs.size(); j++) {
        styles.put(
            runs.get(j).name(), "c%d d%d".formatted(i % COLORS + 1, (j + i / COLORS) % DASHES + 1));
      }
    }
  }

  /** Returns the CSS classes of a run. */
  String style(ReportedRun run) {
    return styles.get(run.name());
  }

  /** Returns the names of all runs, each after a piece of its line. */
  String html(List<ReportedRun> runs) {
    return runs.stream()
        .map(run -> "<li>" + entry(run) + "</li>\n")
        .collect(Collectors.joining("", "<ul class=\"legend\">\n", "</ul>\n"));
  }

  /** Returns the name of a run after a piece of its line. */
  String entry(ReportedRun run) {
    return "<span class=\"entry\"><svg class=\"swatch curve %s\" viewBox=\"0 0 28 8\" aria-hidden=\"true\"><polyline points=\"0,4 28,4\"/></svg><span>%s</span></span>"
        .formatted(style(run), Html.escape(run.name()));
  }
}
