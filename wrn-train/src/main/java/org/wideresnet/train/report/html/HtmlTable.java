package org.wideresnet.train.report.html;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A table of things, one a row; it scrolls sideways where it is too wide. Its first column holds
 * the headings of the rows.
 *
 * @param <T> the things
 */
final class HtmlTable<T> {

  private final String attributes;
  private final List<Column<T>> columns = new ArrayList<>();
  private Function<T, String> rowAttributes = row -> "";

  private record Column<T>(String heading, String attributes, Function<T, String> html) {

    private String element(String name, String scope, String content) {
      return "<" + name + scope + attributes + ">" + content + "</" + name + ">";
    }
  }

  /**
   * Starts a table.
   *
   * @param attributes the attributes of its element, with a space before each
   */
  HtmlTable(String attributes) {
    this.attributes = attributes;
  }

  /** Gives the elements of the rows attributes, with a space before each. */
  HtmlTable<T> rows(Function<T, String> attributesOfRow) {
    rowAttributes = attributesOfRow;
    return this;
  }

  /** Adds a column of texts. */
  HtmlTable<T> text(String heading, Function<T, String> text) {
    return html(Html.escape(heading), "", row -> Html.escape(text.apply(row)));
  }

  /** Adds a column of numbers. */
  HtmlTable<T> number(String heading, Function<T, String> text) {
    String css = " class=\"number\"";
    return html(Html.escape(heading), css, row -> Html.escape(text.apply(row)));
  }

  /**
   * Adds a column.
   *
   * @param heading the HTML of its heading
   * @param attributesOfCells the attributes of its elements, with a space before each
   * @param html the HTML of its cells
   */
  HtmlTable<T> html(String heading, String attributesOfCells, Function<T, String> html) {
    columns.add(new Column<>(heading, attributesOfCells, html));
    return this;
  }

  /** Returns the element. */
  String of(List<T> rows) {
    return """
        <div class="scroll">
        <table%s>
        <thead>
        <tr>%s</tr>
        </thead>
        <tbody>
        %s</tbody>
        </table>
        </div>
        """
        .formatted(
            attributes,
            columns.stream()
                .map(column -> column.element("th", " scope=\"col\"", column.heading()))
                .collect(Collectors.joining()),
            rows.stream().map(this::row).collect(Collectors.joining()));
  }

  private String row(T row) {
    StringBuilder html = new StringBuilder("<tr" + rowAttributes.apply(row) + ">");
    for (Column<T> column : columns) {
      String content = column.html().apply(row);
      html.append(
          column == columns.get(0)
              ? column.element("th", " scope=\"row\"", content)
              : column.element("td", "", content));
    }
    return html.append("</tr>\n").toString();
  }
}
