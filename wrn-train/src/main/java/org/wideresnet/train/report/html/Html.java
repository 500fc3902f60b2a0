package org.wideresnet.train.report.html;

import java.util.Locale;

/** Text that stands in HTML, whatever its characters; the HTML is well-formed XML as well. */
final class Html {

  private Html() {}

  /** Escapes a text for an element or an attribute; characters that XML lacks are replaced. */
  static String escape(String text) {
    StringBuilder escaped = new StringBuilder();
    text.codePoints().forEach(character -> append(escaped, character));
    return escaped.toString();
  }

  private static void append(StringBuilder escaped, int character) {
    switch (character) {
      case '&' -> escaped.append("&amp;");
      case '<' -> escaped.append("&lt;");
      case '>' -> escaped.append("&gt;");
      case '"' -> escaped.append("&quot;");
      case '\'' -> escaped.append("&#39;");
      default -> escaped.appendCodePoint(isOfXml(character) ? character : 0xFFFD);
    }
  }

  private static boolean isOfXml(int character) {
    return character >= 0x20 && character <= 0xD7FF
        || character >= 0xE000 && character <= 0xFFFD
        || character >= 0x10000
        || character == '\t'
        || character == '\n'
        || character == '\r';
  }

  static String capitalized(String text) {
    return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
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
