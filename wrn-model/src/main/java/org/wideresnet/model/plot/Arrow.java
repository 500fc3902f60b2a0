package org.wideresnet.model.plot;

import java.util.ArrayList;
import java.util.List;

/**
 * An arrow, in points.
 *
 * @param points the corners of its line, the tip at the last, which it reaches from above
 */
record Arrow(List<Point> points) {
  static final int LINE_WIDTH = 2;

  private static final double HEAD_LENGTH = 11;
  private static final double HEAD_WIDTH = 9;

  record Point(double x, double y) {}

  /** Returns the corners of the line, which ends inside the head. */
  List<Point> line() {
    List<Point> line = new ArrayList<>(points);
    line.set(line.size() - 1, new Point(tip().x(), tip().y() - HEAD_LENGTH / 2));
    return line;
  }

  List<Point> head() {
    double top = tip().y() - HEAD_LENGTH;
    return List.of(
        tip(),
        new Point(tip().x() - HEAD_WIDTH / 2, top),
        new Point(tip().x() + HEAD_WIDTH / 2, top));
  }

  Point tip() {
    return points.get(points.size() - 1);
  }
}
