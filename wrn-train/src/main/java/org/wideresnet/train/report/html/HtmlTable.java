package org.wideresnet.train.report.html;

import java.util.List;

/** A table with headings above and at the left; it scrolls sideways where it is too wide. */
final class HtmlTable {

  /**
   * A cell.
   *
   * @param html what stands in it
   * @param attributes the attributes of its element, with a space before each
   */
  record Cell(String html, String attributes) {

    static Cell text(String text) {
      return new Cell(Html.escape(text), "");
    }

    static Cell number(String text) {
      return marked(text, "number");
    }

    static Cell marked(String text, String cssClass) {
      return new Cell(Html.escape(text), " class=\"" + cssClass + "\"");
    }

    /** A key of JSON, which may be broken between its words. */
    static Cell key(String key) {
      return new Cell(Html.escape(key).replaceAll("[._]", "$0<wbr/>"), "");
    }

    private String element(String name, String scope) {
      return "<" + name + scope + attributes + ">" + html + "</" + name + ">";
    }
  }

  private final StringBuilder html = new StringBuilder();

  /**
   * Starts a table.
   *
   * @param attributes the attributes of its element, with a space before each
   * @param headings the headings of all columns
   */
  HtmlTable(String attributes, List<Cell> headings) {
    html.append("<div class=\"scroll\">\n<table").append(attributes).append(">\n<thead>\n<tr>");
    headings.forEach(heading -> html.append(heading.element("th", " scope=\"col\"")));
    html.append("</tr>\n</thead>\n<tbody>\n");
  }

  /** Starts a table. */
  static HtmlTable of(Cell... headings) {
    return new HtmlTable("", List.of(headings));
  }

  /** Starts a table of texts that are long and are broken into lines. */
  static HtmlTable wide(List<Cell> headings) {
    return new HtmlTable(" class=\"wide\"", headings);
  }

  /** Adds a row; the first cell is its heading. */
  HtmlTable row(Cell heading, List<Cell> cells) {
    return row("", heading, cells);
  }

  /** Adds a row whose element has attributes. */
  HtmlTable row(String attributes, Cell heading, List<Cell> cells) {
    html.append("<tr").append(attributes).append('>');
    html.append(heading.element("th", " scope=\"row\""));
    cells.forEach(cell -> html.append(cell.element("td", "")));
    html.append("</tr>\n");
    return this;
  }

  @Override
  public String toString() {
    return html + "</tbody>\n</table>\n</div>\n";
  }
}
