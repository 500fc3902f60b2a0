package org.wideresnet.model.plot;

import java.awt.Font;
import java.awt.font.FontRenderContext;
import java.util.List;

/**
 * A line of text, partly bold.
 *
 * @param size the height of the font in points
 * @param spans its parts, from left to right
 */
record Label(int size, List<Span> spans) {
  private static final FontRenderContext UNHINTED = new FontRenderContext(null, true, true);

  /** The share of a sans serif font's size that its capitals take. */
  private static final double CAPITAL_HEIGHT = 0.72;

  record Span(String text, boolean bold) {

    Font font(int size) {
      return new Font(Font.SANS_SERIF, bold ? Font.BOLD : Font.PLAIN, size);
    }

    double width(int size) {
      return font(size).getStringBounds(text, UNHINTED).getWidth();
    }
  }

  Label(int size, Span... spans) {
    this(size, List.of(spans));
  }

  /** Returns its width in points. */
  double width() {
    return spans.stream().mapToDouble(span -> span.width(size)).sum();
  }

  /** Returns the y of its baseline where the capitals' middle is at {@code y}. */
  double baseline(double y) {
    return y + CAPITAL_HEIGHT * size / 2;
  }
}
