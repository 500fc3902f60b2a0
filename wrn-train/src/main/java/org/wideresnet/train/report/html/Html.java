package org.wideresnet.train.report.html;

import org.apache.commons.text.StringEscapeUtils;

/** Text that stands in HTML, whatever its characters; the HTML is well-formed XML as well. */
final class Html {

  /** What stands where nothing was recorded, though it was for other runs. */
  static final String NOT_RECORDED = "<span class=\"missing\">not recorded</span>";

  private Html() {}

  /** Escapes a text for an element or an attribute; characters that XML lacks are left out. */
  static String escape(String text) {
    return StringEscapeUtils.escapeXml10(text);
  }

  /** Highlights a text. */
  static String mark(String text) {
    return "<mark>" + escape(text) + "</mark>";
  }

  /** Returns a section of the page under its heading. */
  static String section(String heading, String content) {
    return "<section>\n<h2>%s</h2>\n%s</section>\n".formatted(escape(heading), content);
  }

  /** Returns what shows its content only when it is asked to. */
  static String details(String summary, String content) {
    return "<details>\n<summary>%s</summary>\n%s</details>\n".formatted(summary, content);
  }
}
