package org.wideresnet.train.parity;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How far numbers are from those that they should be. Anything that is no number is infinitely far.
 */
final class Deviation {
  private Deviation() {}

  /** The largest difference. */
  static double largest(float[] actual, float[] expected) {
    assertThat(actual).hasSameSizeAs(expected);
    double largest = 0;
    for (int i = 0; i < actual.length; i++) {
      largest = Math.max(largest, finite(Math.abs((double) actual[i] - expected[i])));
    }
    return largest;
  }

  /** The largest difference, as a share of what it should be. */
  static double largestRelative(float[] actual, float[] expected) {
    assertThat(actual).hasSameSizeAs(expected);
    double largest = 0;
    for (int i = 0; i < actual.length; i++) {
      double difference = Math.abs((double) actual[i] - expected[i]);
      largest = Math.max(largest, finite(difference / Math.abs(expected[i])));
    }
    return largest;
  }

  /** The L2 norm of the difference, as a share of the norm of what it should be. */
  static double relative(float[] actual, float[] expected) {
    assertThat(actual).hasSameSizeAs(expected);
    float[] difference = new float[actual.length];
    for (int i = 0; i < actual.length; i++) {
      difference[i] = actual[i] - expected[i];
    }
    return finite(norm(difference) / norm(expected));
  }

  static double norm(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += (double) value * value;
    }
    return Math.sqrt(sum);
  }

  private static double finite(double difference) {
    return Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference;
  }
}
