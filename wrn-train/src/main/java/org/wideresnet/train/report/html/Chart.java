package org.wideresnet.train.report.html;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Curves in a system of axes, as an SVG element that takes its colours from the style sheet.
 *
 * @param x the horizontal axis
 * @param xTitle what stands below it
 * @param y the vertical axis
 * @param description what somebody is told who does not see the chart
 */
record Chart(Axis x, String xTitle, Axis y, String description) {

  private static final int WIDTH = 440;
  private static final int HEIGHT = 264;
  private static final int LEFT = 54;
  private static final int RIGHT = 426;
  private static final int TOP = 12;
  private static final int BOTTOM = 216;

  /** Points have marks where there are no more than these. */
  private static final int MOST_MARKS = 30;

  /**
   * A curve; where a value is not finite it is interrupted.
   *
   * @param style its CSS classes
   */
  record Curve(String style, double[] x, double[] y) {}

  /** Returns the element. */
  String svg(List<Curve> curves) {
    StringBuilder svg = new StringBuilder();
    svg.append(
        "<svg viewBox=\"0 0 %d %d\" data-left=\"%d\" data-right=\"%d\" role=\"img\" aria-label=\"%s\">\n"
            .formatted(WIDTH, HEIGHT, LEFT, RIGHT, Html.escape(description)));
    for (double tick : y.ticks()) {
      double at = down(tick);
      svg.append(line("grid", LEFT, at, RIGHT, at));
      svg.append(text("end", LEFT - 7, at + 4, y.label(tick)));
    }
    for (double tick : x.ticks()) {
      double at = across(tick);
      svg.append(line("tick", at, BOTTOM, at, BOTTOM + 4));
      svg.append(text("middle", at, BOTTOM + 19, x.label(tick)));
    }
    svg.append(text("middle", (LEFT + RIGHT) / 2.0, HEIGHT - 9, xTitle));
    svg.append(line("cursor", LEFT, TOP, LEFT, BOTTOM));
    curves.forEach(curve -> svg.append(group(curve)));
    return svg.append("</svg>\n").toString();
  }

  private String group(Curve curve) {
    StringBuilder group = new StringBuilder("<g class=\"curve " + curve.style() + "\">\n");
    for (List<String> piece : pieces(curve)) {
      if (piece.size() > 1) {
        group.append("<polyline points=\"").append(String.join(" ", piece)).append("\"/>\n");
      }
      if (piece.size() == 1 || curve.x().length <= MOST_MARKS) {
        group.append(piece.stream().map(Chart::mark).collect(Collectors.joining()));
      }
    }
    return group.append("</g>\n").toString();
  }

  /** Returns the points of each piece between values that are not finite. */
  private List<List<String>> pieces(Curve curve) {
    List<List<String>> pieces = new ArrayList<>();
    boolean open = false;
    for (int i = 0; i < curve.x().length; i++) {
      boolean drawn = Double.isFinite(curve.x()[i]) && Double.isFinite(curve.y()[i]);
      if (drawn && !open) {
        pieces.add(new ArrayList<>());
      }
      if (drawn) {
        pieces
            .get(pieces.size() - 1)
            .add(number(across(curve.x()[i])) + "," + number(down(curve.y()[i])));
      }
      open = drawn;
    }
    return pieces;
  }

  private double across(double value) {
    return LEFT + (RIGHT - LEFT) * x.share(value);
  }

  private double down(double value) {
    return BOTTOM - (BOTTOM - TOP) * y.share(value);
  }

  private static String mark(String point) {
    String[] at = point.split(",");
    return "<circle cx=\"%s\" cy=\"%s\" r=\"2.6\"/>\n".formatted(at[0], at[1]);
  }

  private static String line(String style, double x1, double y1, double x2, double y2) {
    return "<line class=\"%s\" x1=\"%s\" y1=\"%s\" x2=\"%s\" y2=\"%s\"/>\n"
        .formatted(style, number(x1), number(y1), number(x2), number(y2));
  }

  private static String text(String anchor, double x, double y, String text) {
    return "<text class=\"%s\" x=\"%s\" y=\"%s\">%s</text>\n"
        .formatted(anchor, number(x), number(y), Html.escape(text));
  }

  private static String number(double value) {
    String text = String.format(Locale.ROOT, "%.1f", value);
    return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
  }
}
