package org.wideresnet.train.report.html;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.wideresnet.train.report.html.HtmlTable.Cell;
import org.wideresnet.train.run.History;

/** All values of the curves as tables, from which the script of the page takes them as well. */
record EpochsSection(List<ReportedRun> runs, Legend legend) {

  String html() {
    return Html.section("Every epoch", runs.stream().map(this::run).collect(Collectors.joining()));
  }

  private String run(ReportedRun run) {
    String heldOut = CurvesSection.heldOut(List.of(run));
    List<Cell> headings =
        Stream.concat(
                Stream.of("Epoch"),
                Arrays.stream(Quantity.values()).map(quantity -> quantity.title(heldOut)))
            .map(Cell::number)
            .toList();
    String attributes =
        " class=\"epochs\" data-run=\"%s\" data-style=\"%s\""
            .formatted(Html.escape(run.name()), legend.style(run));
    HtmlTable table = new HtmlTable(attributes, headings);
    for (int i = 0; i < run.epochs().size(); i++) {
      History.Row row = run.epochs().get(i);
      table.row(
          " data-epochs=\"%d\" data-time=\"%s\"".formatted(row.epoch() + 1, run.secondsAt(i)),
          Cell.number(Integer.toString(row.epoch() + 1)),
          Arrays.stream(Quantity.values()).map(quantity -> cell(quantity, row)).toList());
    }
    return Html.details(legend.cell(run).html(), table.toString());
  }

  private static Cell cell(Quantity quantity, History.Row row) {
    return new Cell(
        Html.escape(quantity.text(row)),
        " class=\"number\" data-quantity=\"" + quantity.name() + "\"");
  }
}
