package org.wideresnet.model.plot;

import java.awt.Color;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.eclipse.elk.core.math.KVector;
import org.wideresnet.model.plot.Label.Span;

/** Writes a drawing as SVG. */
final class SvgCanvas implements Canvas {
  private final StringBuilder svg = new StringBuilder();

  private SvgCanvas() {}

  /**
   * Returns a drawing as an SVG document, one pixel a point.
   *
   * @param title the title of the document
   */
  static String paint(Drawing drawing, String title) {
    SvgCanvas canvas = new SvgCanvas();
    canvas.line(
        "<svg xmlns='http://www.w3.org/2000/svg' width='%.1f' height='%.1f' viewBox='0 0 %1$.1f %2$.1f'"
            + " font-family='sans-serif' text-anchor='middle'>",
        drawing.width(), drawing.height());
    canvas.line("<title>%s</title>", title);
    drawing.paintOn(canvas);
    canvas.line("</svg>");
    return canvas.svg.toString();
  }

  @Override
  public void rectangle(Color color, double x, double y, double width, double height) {
    line(
        "<rect x='%.1f' y='%.1f' width='%.1f' height='%.1f' fill='%s'/>",
        x, y, width, height, name(color));
  }

  @Override
  public void text(Color color, Label label, KVector middle) {
    line(
        "<text x='%.1f' y='%.1f' font-size='%d' fill='%s'>%s</text>",
        middle.x,
        label.baseline(middle.y),
        label.size(),
        name(color),
        label.spans().stream().map(SvgCanvas::span).collect(Collectors.joining()));
  }

  @Override
  public void arrow(Arrow arrow) {
    line(
        "<polyline points='%s' fill='none' stroke='black' stroke-width='%d'/>",
        points(arrow.line()), Arrow.LINE_WIDTH);
    line("<polygon points='%s'/>", points(arrow.head()));
  }

  private void line(String format, Object... arguments) {
    svg.append(String.format(Locale.ROOT, format, arguments)).append('\n');
  }

  private static String span(Span span) {
    return span.bold() ? "<tspan font-weight='bold'>" + span.text() + "</tspan>" : span.text();
  }

  private static String name(Color color) {
    return color.equals(Color.BLACK) ? "black" : "white";
  }

  private static String points(List<KVector> points) {
    return points.stream()
        .map(point -> String.format(Locale.ROOT, "%.1f,%.1f", point.x, point.y))
        .collect(Collectors.joining(" "));
  }
}
