package org.wideresnet.train.report.html;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.wideresnet.train.report.html.HtmlTable.Cell;

/**
 * How far the computation of a run is from the original's: the checks that its {@code parity.json}
 * lists, an array of objects with {@code check}, {@code largest_deviation} and {@code tolerance}.
 */
record ParitySection(List<ReportedRun> runs, Legend legend) {

  String html() {
    HtmlTable table =
        HtmlTable.of(
            Cell.text("Check"),
            Cell.number("Largest deviation"),
            Cell.number("Tolerance"),
            Cell.text("Verdict"),
            Cell.text("Run"));
    int checks = 0;
    int passed = 0;
    for (ReportedRun run : runs) {
      for (JsonNode check : run.parity()) {
        double deviation = check.path("largest_deviation").asDouble(Double.NaN);
        double tolerance = check.path("tolerance").asDouble(Double.NaN);
        boolean within = deviation <= tolerance;
        checks++;
        passed += within ? 1 : 0;
        table.row(
            Cell.text(check.path("check").asText(Digits.NOTHING)),
            List.of(
                Cell.number(Digits.tiny(deviation)),
                Cell.number(Digits.tiny(tolerance)),
                within ? Cell.text("within") : new Cell("<mark>not within</mark>", ""),
                legend.cell(run)));
      }
    }
    return checks == 0
        ? ""
        : Html.section(
            "Parity with Keras",
            "<p>%d of %d checks are within their tolerance.</p>\n%s"
                .formatted(passed, checks, table));
  }
}
