package org.wideresnet.data.generate;

import java.util.Locale;

/**
 * What a generated image shows: the ten classes of the generated data set. A mirrored or slightly
 * shifted figure is still of its class.
 */
enum Figure {
  DISC,
  RING,
  SQUARE,
  TRIANGLE,
  CROSS,
  STAR,
  HORIZONTAL_STRIPES,
  VERTICAL_STRIPES,
  DIAGONAL_STRIPES,
  CHECKERBOARD;

  /** Outward normals of the sides of a regular pentagon; the triangle has its own three. */
  private static final double[][] PENTAGON = normals(5);

  private static final double[][] TRIANGLE_SIDES = normals(3);

  /** Returns the name of the class: {@code horizontal_stripes}. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Says whether the figure fills the image with a pattern, rather than being one object. */
  boolean isPattern() {
    return ordinal() >= HORIZONTAL_STRIPES.ordinal();
  }

  /**
   * Says whether a point belongs to the figure.
   *
   * @param u across, in radii from the centre for an object and in periods for a pattern
   * @param v down, in the same unit
   */
  boolean covers(double u, double v) {
    return switch (this) {
      case DISC -> u * u + v * v < 1;
      case RING -> u * u + v * v < 1 && u * u + v * v > 0.36;
      case SQUARE -> Math.abs(u) < 0.84 && Math.abs(v) < 0.84;
      case TRIANGLE -> sidesWithin(TRIANGLE_SIDES, u, v, 0.58) == 3;
      case CROSS ->
          Math.abs(u) < 0.3 && Math.abs(v) < 1.05 || Math.abs(v) < 0.3 && Math.abs(u) < 1.05;
      // A point of a pentagram lies within at least four of its five lines.
      case STAR -> sidesWithin(PENTAGON, u, v, 0.4) >= 4;
      case HORIZONTAL_STRIPES, VERTICAL_STRIPES, DIAGONAL_STRIPES -> isOdd(v);
      case CHECKERBOARD -> isOdd(u) != isOdd(v);
    };
  }

  /** Draws the angle at which the figure stands, in radians. */
  double angle(ImageRandom random) {
    double tilt = random.between(-Math.PI / 18, Math.PI / 18);
    return switch (this) {
      case VERTICAL_STRIPES -> Math.PI / 2 + tilt;
      case DIAGONAL_STRIPES -> (random.below(2) == 0 ? Math.PI / 4 : -Math.PI / 4) + tilt;
      case CHECKERBOARD -> random.between(-Math.PI, Math.PI);
      default -> tilt;
    };
  }

  private static boolean isOdd(double halfPeriods) {
    return ((int) Math.floor(2 * halfPeriods) & 1) == 1;
  }

  private static int sidesWithin(double[][] normals, double u, double v, double distance) {
    int within = 0;
    for (double[] normal : normals) {
      if (normal[0] * u + normal[1] * v < distance) {
        within++;
      }
    }
    return within;
  }

  private static double[][] normals(int sides) {
    double[][] normals = new double[sides][2];
    for (int i = 0; i < sides; i++) {
      double angle = 2 * Math.PI * i / sides;
      normals[i][0] = StrictMath.sin(angle);
      normals[i][1] = StrictMath.cos(angle);
    }
    return normals;
  }
}
