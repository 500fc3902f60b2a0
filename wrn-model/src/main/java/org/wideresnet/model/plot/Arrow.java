package org.wideresnet.model.plot;

import java.util.ArrayList;
import java.util.List;
import org.eclipse.elk.core.math.KVector;

/**
 * An arrow, in points.
 *
 * @param points the corners of its line, the tip at the last, which it reaches from above
 */
record Arrow(List<KVector> points) {
  static final int LINE_WIDTH = 2;

  private static final double HEAD_LENGTH = 11;
  private static final double HEAD_WIDTH = 9;

  /** Returns the corners of the line, which ends inside the head. */
  List<KVector> line() {
    List<KVector> line = new ArrayList<>(points);
    line.set(line.size() - 1, new KVector(tip().x, tip().y - HEAD_LENGTH / 2));
    return line;
  }

  List<KVector> head() {
    double top = tip().y - HEAD_LENGTH;
    return List.of(
        tip(),
        new KVector(tip().x - HEAD_WIDTH / 2, top),
        new KVector(tip().x + HEAD_WIDTH / 2, top));
  }

  KVector tip() {
    return points.get(points.size() - 1);
  }
}
