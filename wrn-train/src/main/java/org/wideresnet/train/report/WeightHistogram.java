package org.wideresnet.train.report;

import java.util.DoubleSummaryStatistics;
import org.tensorflow.ndarray.buffer.FloatDataBuffer;
import org.tensorflow.proto.HistogramProto;
import org.tensorflow.types.TFloat32;

/** How the values of a weight are spread, in buckets of equal width as TensorBoard has them. */
final class WeightHistogram {
  private static final int BUCKETS = 30;

  private WeightHistogram() {}

  /**
   * Counts the values of a weight.
   *
   * @param weight finite values, one at least
   */
  static HistogramProto of(TFloat32 weight) {
    FloatDataBuffer values = weight.asRawTensor().data().asFloats();
    DoubleSummaryStatistics statistics = new DoubleSummaryStatistics();
    double squares = 0;
    for (long i = 0; i < values.size(); i++) {
      double value = values.getFloat(i);
      statistics.accept(value);
      squares += value * value;
    }
    double min = statistics.getMin();
    double max = statistics.getMax();
    double width = (max - min) / BUCKETS;
    long[] counts = new long[BUCKETS];
    for (long i = 0; i < values.size(); i++) {
      // Equal values, of a weight that was just initialised, are all in the first bucket.
      counts[width == 0 ? 0 : (int) Math.min(BUCKETS - 1, (values.getFloat(i) - min) / width)]++;
    }
    HistogramProto.Builder histogram =
        HistogramProto.newBuilder()
            .setMin(min)
            .setMax(max)
            .setNum(values.size())
            .setSum(statistics.getSum())
            .setSumSquares(squares);
    for (int i = 0; i < BUCKETS; i++) {
      histogram.addBucketLimit(i == BUCKETS - 1 ? max : min + (i + 1) * width);
      histogram.addBucket(counts[i]);
    }
    return histogram.build();
  }
}
