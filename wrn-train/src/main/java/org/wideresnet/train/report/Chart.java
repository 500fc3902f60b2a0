package org.wideresnet.train.report;

import java.awt.geom.Point2D;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import org.wideresnet.train.run.History;

/**
 * Curves in a system of axes, 440 units wide and 264 high.
 *
 * @param x the horizontal axis
 * @param xTitle what stands below it
 * @param y the vertical axis
 */
public record Chart(Axis x, String xTitle, Axis y) {

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

  /** What a chart is drawn on: a picture or an SVG element. */
  public interface Canvas {

    /** Draws a line of the grid or a tick. */
    void line(double x1, double y1, double x2, double y2);

    /**
     * Writes a text.
     *
     * @param anchor which point of it is at x: {@code middle} or {@code end}
     * @param y where its baseline is
     */
    void text(String anchor, double x, double y, String text);

    /**
     * Draws a curve.
     *
     * @param style how it is told from others, in words of the canvas
     * @param pieces the points of each uninterrupted piece
     * @param marks the points that have a mark
     */
    void curve(String style, List<List<Point2D>> pieces, List<Point2D> marks);
  }

  /**
   * A curve; where a value is not finite it is interrupted.
   *
   * @param style how it is told from others, in words of the canvas
   */
  public record Curve(String style, double[] x, double[] y) {}

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

  /** Draws axes and curves. */
  public void draw(List<Curve> curves, Canvas canvas) {
    for (double tick : y.ticks()) {
      double at = down(tick);
      canvas.line(LEFT, at, RIGHT, at);
      canvas.text("end", LEFT - 7, at + 4, y.label(tick));
    }
    for (double tick : x.ticks()) {
      double at = across(tick);
      canvas.line(at, BOTTOM, at, BOTTOM + 4);
      canvas.text("middle", at, BOTTOM + 19, x.label(tick));
    }
    canvas.text("middle", (LEFT + RIGHT) / 2.0, HEIGHT - 9, xTitle);
    for (Curve curve : curves) {
      List<List<Point2D>> pieces = pieces(curve);
      List<Point2D> marks =
          pieces.stream()
              .filter(piece -> piece.size() == 1 || curve.x().length <= MOST_MARKS)
              .flatMap(List::stream)
              .toList();
      canvas.curve(curve.style(), pieces, marks);
    }
  }

  private List<List<Point2D>> pieces(Curve curve) {
    List<List<Point2D>> pieces = new ArrayList<>();
    boolean open = false;
    for (int i = 0; i < curve.x().length; i++) {
      boolean drawn = Double.isFinite(curve.x()[i]) && Double.isFinite(curve.y()[i]);
      if (drawn && !open) {
        pieces.add(new ArrayList<>());
      }
      if (drawn) {
        Point2D point = new Point2D.Double(across(curve.x()[i]), down(curve.y()[i]));
        pieces.get(pieces.size() - 1).add(point);
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
}
