package org.wideresnet.train.parity;

import java.util.HashSet;
import java.util.Set;
import java.util.stream.DoubleStream;

/** Values of which the distribution matters. */
record Sample(double[] values) {

  /** Returns the difference of the means, in standard deviations of the other. */
  double meanFrom(Sample other) {
    return Math.abs(mean() - other.mean()) / Math.sqrt(other.variance());
  }

  /** Returns the difference of the variances, as a share of the other's. */
  double varianceFrom(Sample other) {
    return Math.abs(variance() / other.variance() - 1);
  }

  /** Returns the largest difference of the shares of values that are rounded to the same number. */
  double histogramFrom(Sample other) {
    Set<Long> bins = new HashSet<>();
    DoubleStream.of(values).forEach(value -> bins.add(Math.round(value)));
    DoubleStream.of(other.values).forEach(value -> bins.add(Math.round(value)));
    return bins.stream()
        .mapToDouble(bin -> Math.abs(share(bin) - other.share(bin)))
        .max()
        .orElse(0);
  }

  private double mean() {
    return DoubleStream.of(values).average().orElseThrow();
  }

  private double variance() {
    double mean = mean();
    return DoubleStream.of(values)
        .map(value -> (value - mean) * (value - mean))
        .average()
        .orElseThrow();
  }

  private double share(long bin) {
    return DoubleStream.of(values).filter(value -> Math.round(value) == bin).count()
        / (double) values.length;
  }
}
