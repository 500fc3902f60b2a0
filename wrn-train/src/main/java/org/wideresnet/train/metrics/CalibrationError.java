package org.wideresnet.train.metrics;

import java.util.List;
import java.util.stream.IntStream;

/** Compares how sure a classifier is with how often it is right, in bins of equal width. */
final class CalibrationError {

  private static final int BINS = 15;

  private final long[] right = new long[BINS];
  private final long[] examples = new long[BINS];
  private final double[] confidence = new double[BINS];

  /** Adds an example: how probable its most probable class is, and whether that is right. */
  void add(float probability, boolean isRight) {
    // Bin i holds (i / 15, (i + 1) / 15].
    int bin = (int) Math.ceil(probability * (float) BINS) - 1;
    int bounded = Math.max(0, Math.min(BINS - 1, bin));
    right[bounded] += isRight ? 1 : 0;
    examples[bounded]++;
    confidence[bounded] += probability;
  }

  /** The mean distance of accuracy and confidence of the bins, weighted by their sizes. */
  double expectedError() {
    double sum = 0;
    long all = 0;
    for (int bin = 0; bin < BINS; bin++) {
      sum += Math.abs(right[bin] - confidence[bin]);
      all += examples[bin];
    }
    return sum / all;
  }

  List<Metrics.ReliabilityBin> bins() {
    return IntStream.range(0, BINS)
        .mapToObj(
            i ->
                new Metrics.ReliabilityBin(
                    examples[i], confidence[i] / examples[i], (double) right[i] / examples[i]))
        .toList();
  }
}
