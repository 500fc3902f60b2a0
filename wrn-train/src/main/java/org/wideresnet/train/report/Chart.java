package org.wideresnet.train.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import org.wideresnet.train.run.History;

/**
 * Curves in a system of axes: what is to be drawn, in a box {@value #WIDTH} wide and {@value
 * #HEIGHT} high, y downwards.
 *
 * @param lines the lines of the grid and the ticks
 */
public record Chart(List<Line> lines, List<Text> texts, List<Curve> curves) {

  public static final int WIDTH = 440;
  public static final int HEIGHT = 264;
  public static final int LEFT = 54;
  public static final int RIGHT = 426;
  public static final int TOP = 12;
  public static final int BOTTOM = 216;

  /** The radius of a mark. */
  public static final double MARK = 2.6;

  /** Points have marks where there are no more than these. */
  private static final int MOST_MARKS = 30;

  public record Line(double x1, double y1, double x2, double y2) {}

  /**
   * A text.
   *
   * @param anchor which point of it is at x: {@code start}, {@code middle} or {@code end}
   * @param y where its baseline is
   */
  public record Text(String anchor, double x, double y, String text) {}

  public record Point(double x, double y) {}

  /**
   * A curve.
   *
   * @param style how it is told from others, in words of who draws it
   * @param pieces the points of each uninterrupted piece
   * @param marks the points that have a mark
   */
  public record Curve(String style, List<List<Point>> pieces, List<Point> marks) {}

  /**
   * The values of a curve; it passes over what was not measured, which is NaN, and is interrupted
   * by what is infinite.
   *
   * @param style how it is told from others, in words of who draws it
   */
  public record Series(String style, double[] x, double[] y) {}

  /**
   * Lays out axes and curves.
   *
   * @param xTitle what stands below the horizontal axis
   */
  public static Chart of(Axis x, String xTitle, Axis y, List<Series> series) {
    List<Line> lines = new ArrayList<>();
    List<Text> texts = new ArrayList<>();
    for (double tick : y.ticks()) {
      double at = down(y, tick);
      lines.add(new Line(LEFT, at, RIGHT, at));
      texts.add(new Text("end", LEFT - 7, at + 4, y.label(tick)));
    }
    for (double tick : x.ticks()) {
      double at = across(x, tick);
      lines.add(new Line(at, BOTTOM, at, BOTTOM + 4));
      texts.add(new Text("middle", at, BOTTOM + 19, x.label(tick)));
    }
    texts.add(new Text("middle", (LEFT + RIGHT) / 2.0, HEIGHT - 9, xTitle));
    return new Chart(lines, texts, series.stream().map(values -> curve(x, y, values)).toList());
  }

  private static Curve curve(Axis x, Axis y, Series series) {
    List<List<Point>> pieces = new ArrayList<>();
    List<Point> piece = new ArrayList<>();
    for (int i = 0; i < series.x().length; i++) {
      if (Double.isNaN(series.y()[i])) {
        continue;
      }
      if (Double.isFinite(series.x()[i]) && Double.isFinite(series.y()[i])) {
        piece.add(new Point(across(x, series.x()[i]), down(y, series.y()[i])));
      } else {
        pieces.add(piece);
        piece = new ArrayList<>();
      }
    }
    pieces.add(piece);
    List<Point> marks =
        pieces.stream()
            .filter(points -> points.size() == 1 || series.x().length <= MOST_MARKS)
            .flatMap(List::stream)
            .toList();
    pieces.removeIf(points -> points.size() < 2);
    return new Curve(series.style(), pieces, marks);
  }

  private static double across(Axis x, double value) {
    return LEFT + (RIGHT - LEFT) * x.share(value);
  }

  private static double down(Axis y, double value) {
    return BOTTOM - (BOTTOM - TOP) * y.share(value);
  }

  /** Returns the values of epochs as they are drawn: shares as percentages. */
  public static double[] values(History.Quantity quantity, List<History.Row> rows) {
    boolean share = quantity.unit() == History.Quantity.Unit.PERCENT;
    return rows.stream().mapToDouble(row -> (share ? 100 : 1) * quantity.of(row)).toArray();
  }

  /**
   * Returns a vertical axis for a quantity of some runs. Losses share theirs, and accuracies; that
   * of another quantity starts at 0.
   *
   * @param rows the epochs of the runs, with one finite value at least
   */
  public static Axis scale(History.Quantity quantity, List<History.Row> rows) {
    String scale = quantity.tag().replaceFirst("/.*", "/");
    double[] all =
        Arrays.stream(History.Quantity.values())
            .filter(other -> other.tag().startsWith(scale))
            .flatMapToDouble(other -> Arrays.stream(values(other, rows)))
            .filter(Double::isFinite)
            .toArray();
    double min = scale.endsWith("/") ? DoubleStream.of(all).min().orElseThrow() : 0;
    return Axis.covering(min, DoubleStream.of(all).max().orElseThrow(), 0);
  }
}
