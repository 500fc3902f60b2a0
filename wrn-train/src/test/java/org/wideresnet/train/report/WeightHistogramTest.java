package org.wideresnet.train.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.proto.HistogramProto;
import org.tensorflow.types.TFloat32;

class WeightHistogramTest {
  @Test
  void countsValuesInBucketsOfEqualWidth() {
    HistogramProto histogram = of(-1, -0.99f, 0, 0.01f, 2);
    assertThat(histogram.getMin()).isEqualTo(-1);
    assertThat(histogram.getMax()).isEqualTo(2);
    assertThat(histogram.getNum()).isEqualTo(5);
    assertThat(histogram.getSum()).isCloseTo(0.02, within(1e-6));
    assertThat(histogram.getSumSquares()).isCloseTo(1 + 0.9801 + 1e-4 + 4, within(1e-6));
    assertThat(histogram.getBucketLimitList()).hasSize(30).isSorted().last().isEqualTo(2.0);
    assertThat(histogram.getBucketLimit(0)).isCloseTo(-0.9, within(1e-12));
    assertThat(histogram.getBucketList()).hasSize(30);
    assertThat(histogram.getBucket(0)).isEqualTo(2);
    assertThat(histogram.getBucket(9) + histogram.getBucket(10)).isEqualTo(2);
    assertThat(histogram.getBucket(29)).isEqualTo(1);
  }

  @Test
  void equalValuesAreInOneBucket() {
    HistogramProto histogram = of(1, 1, 1);
    assertThat(histogram.getBucket(0)).isEqualTo(3);
    assertThat(histogram.getBucketList().stream().mapToDouble(count -> count).sum()).isEqualTo(3);
  }

  private static HistogramProto of(float... values) {
    try (TFloat32 weight = TFloat32.tensorOf(Shape.of(values.length), DataBuffers.of(values))) {
      return WeightHistogram.of(weight);
    }
  }
}
