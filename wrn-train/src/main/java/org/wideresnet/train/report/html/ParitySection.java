package org.wideresnet.train.report.html;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.stream.StreamSupport;
import org.wideresnet.train.report.NumberFormats;

/**
 * How far the computation of a run is from the original's: the checks that its {@code parity.json}
 * lists, an array of objects with {@code check}, {@code largest_deviation} and {@code tolerance}.
 */
record ParitySection(List<ReportedRun> runs, Legend legend) {

  private record Check(ReportedRun run, JsonNode json) {

    double number(String key) {
      return json.path(key).asDouble(Double.NaN);
    }

    boolean passes() {
      return number("largest_deviation") <= number("tolerance");
    }
  }

  String html() {
    List<Check> checks =
        runs.stream()
            .flatMap(
                run ->
                    StreamSupport.stream(run.parity().spliterator(), false)
                        .map(json -> new Check(run, json)))
            .toList();
    if (checks.isEmpty()) {
      return "";
    }
    HtmlTable<Check> table =
        new HtmlTable<Check>("")
            .text("Check", check -> check.json().path("check").asText(NumberFormats.NOTHING))
            .number(
                "Largest deviation", check -> NumberFormats.tiny(check.number("largest_deviation")))
            .number("Tolerance", check -> NumberFormats.tiny(check.number("tolerance")))
            .html("Verdict", "", check -> check.passes() ? "within" : Html.mark("not within"))
            .html("Run", "", check -> legend.entry(check.run()));
    return Html.section(
        "Parity with Keras",
        "<p>%d of %d checks are within their tolerance.</p>\n%s"
            .formatted(
                checks.stream().filter(Check::passes).count(), checks.size(), table.of(checks)));
  }
}
