package org.wideresnet.model.plot;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.wideresnet.model.plot.Drawing.Arrow;
import org.wideresnet.model.plot.Drawing.Point;
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
        "<svg xmlns='http://www.w3.org/2000/svg' width='%s' height='%s' viewBox='0 0 %1$s %2$s'"
            + " font-family='sans-serif' text-anchor='middle'>",
        number(drawing.width()), number(drawing.height()));
    canvas.line("<title>%s</title>", title);
    drawing.paintOn(canvas);
    canvas.line("</svg>");
    return canvas.svg.toString();
  }

  @Override
  public void rectangle(Ink ink, double x, double y, double width, double height) {
    line(
        "<rect x='%s' y='%s' width='%s' height='%s' fill='%s'/>",
        number(x), number(y), number(width), number(height), color(ink));
  }

  @Override
  public void text(Ink ink, Label label, Point middle) {
    line(
        "<text x='%s' y='%s' font-size='%d' fill='%s'>%s</text>",
        number(middle.x()),
        number(label.baseline(middle.y())),
        label.size(),
        color(ink),
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

  private static String color(Ink ink) {
    return ink == Ink.BLACK ? "black" : "white";
  }

  private static String points(List<Point> points) {
    return points.stream()
        .map(point -> number(point.x()) + "," + number(point.y()))
        .collect(Collectors.joining(" "));
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
