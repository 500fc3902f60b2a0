package org.wideresnet.train.report.html;

import java.awt.geom.Point2D;
import java.util.List;
import java.util.Locale;
import org.wideresnet.train.report.Chart;

/** Draws a chart as an SVG element that takes its colours from the style sheet. */
final class SvgChart implements Chart.Canvas {

  private final StringBuilder svg = new StringBuilder();

  private SvgChart() {}

  /**
   * Returns the element.
   *
   * @param description what somebody is told who does not see the chart
   */
  static String of(Chart chart, List<Chart.Curve> curves, String description) {
    SvgChart canvas = new SvgChart();
    chart.draw(curves, canvas);
    return """
        <svg viewBox="0 0 %d %d" data-left="%d" data-right="%d" role="img" aria-label="%s">
        <line class="cursor" y1="%d" y2="%d"/>
        %s</svg>
        """
        .formatted(
            Chart.WIDTH,
            Chart.HEIGHT,
            Chart.LEFT,
            Chart.RIGHT,
            Html.escape(description),
            Chart.TOP,
            Chart.BOTTOM,
            canvas.svg);
  }

  @Override
  public void line(double x1, double y1, double x2, double y2) {
    svg.append(
        "<line class=\"grid\" x1=\"%s\" y1=\"%s\" x2=\"%s\" y2=\"%s\"/>\n"
            .formatted(number(x1), number(y1), number(x2), number(y2)));
  }

  @Override
  public void text(String anchor, double x, double y, String text) {
    svg.append(
        "<text class=\"%s\" x=\"%s\" y=\"%s\">%s</text>\n"
            .formatted(anchor, number(x), number(y), Html.escape(text)));
  }

  /** The style is the CSS classes of the curve. */
  @Override
  public void curve(String style, List<List<Point2D>> pieces, List<Point2D> marks) {
    svg.append("<g class=\"curve ").append(style).append("\">\n");
    for (List<Point2D> piece : pieces) {
      if (piece.size() > 1) {
        svg.append("<polyline points=\"");
        piece.forEach(
            point -> svg.append("%s,%s ".formatted(number(point.getX()), number(point.getY()))));
        svg.append("\"/>\n");
      }
    }
    for (Point2D mark : marks) {
      svg.append(
          "<circle cx=\"%s\" cy=\"%s\" r=\"%s\"/>\n"
              .formatted(number(mark.getX()), number(mark.getY()), Chart.MARK));
    }
    svg.append("</g>\n");
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.1f", value).replaceFirst("\\.0$", "");
  }
}
