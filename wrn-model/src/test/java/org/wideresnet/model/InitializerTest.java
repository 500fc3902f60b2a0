package org.wideresnet.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** Draws 147,456 values of each kind: a kernel of 3x3 from 128 to 128 channels. */
class InitializerTest {
  private static final Shape KERNEL = Shape.of(3, 3, 128, 128);
  private static final double FAN = 3 * 3 * 128;

  @ParameterizedTest
  @CsvSource({"HE_NORMAL, 4", "HE_NORMAL_TRUNCATED, 2.28"})
  void heNormalHasTheVarianceOfItsFanIn(Initializer initializer, double furthest) {
    float[] values = values(initializer, 1);
    double expected = Math.sqrt(2 / FAN);
    assertThat(mean(values)).isCloseTo(0, within(expected * 0.01));
    assertThat(deviation(values)).isCloseTo(expected, within(expected * 0.01));
    double largest = largest(values) / expected;
    if (initializer == Initializer.HE_NORMAL) {
      assertThat(largest).isGreaterThan(furthest);
    } else {
      assertThat(largest).isBetween(furthest - 0.1, furthest);
    }
  }

  @ParameterizedTest
  @CsvSource({"UNIFORM_005, -0.05, 0.05", "UNIFORM_01, 0, 1"})
  void uniformFillsItsRange(Initializer initializer, double low, double high) {
    assertUniform(values(initializer, 1), low, high);
  }

  @Test
  void limitsOfLinearLayersFollowTheFans() {
    double glorot = Math.sqrt(6 / (2 * FAN));
    assertUniform(values(Initializer.GLOROT_UNIFORM, 1), -glorot, glorot);
    double torch = 1 / Math.sqrt(FAN);
    assertUniform(values(Initializer.TORCH_LINEAR, 1), -torch, torch);
  }

  @Test
  void constantsAreConstant() {
    assertThat(values(Initializer.ZEROS, 1)).containsOnly(0);
    assertThat(values(Initializer.ONES, 1)).containsOnly(1);
  }

  @Test
  void valuesFollowFromTheSeed() {
    float[] first = values(Initializer.HE_NORMAL, 1);
    assertThat(values(Initializer.HE_NORMAL, 1)).isEqualTo(first);
    assertThat(values(Initializer.HE_NORMAL, 2)).isNotEqualTo(first);
  }

  private static void assertUniform(float[] values, double low, double high) {
    double width = high - low;
    assertThat(mean(values)).isCloseTo((low + high) / 2, within(width * 0.01));
    assertThat(deviation(values)).isCloseTo(width / Math.sqrt(12), within(width * 0.01));
    for (float value : values) {
      assertThat((double) value).isBetween(low - 1e-6, high + 1e-6);
    }
  }

  private static float[] values(Initializer initializer, long seed) {
    float[] values = new float[(int) KERNEL.size()];
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      Ops tf = Ops.create(graph);
      try (TFloat32 result =
          (TFloat32)
              session
                  .runner()
                  .fetch(initializer.values(tf, KERNEL, tf.constant(new long[] {seed, 0})))
                  .run()
                  .get(0)) {
        result.copyTo(DataBuffers.of(values, false, false));
      }
    }
    return values;
  }

  private static double mean(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += value;
    }
    return sum / values.length;
  }

  private static double deviation(float[] values) {
    double mean = mean(values);
    double sum = 0;
    for (float value : values) {
      sum += (value - mean) * (value - mean);
    }
    return Math.sqrt(sum / values.length);
  }

  private static double largest(float[] values) {
    float[] sorted = values.clone();
    Arrays.sort(sorted);
    return Math.max(-sorted[0], sorted[sorted.length - 1]);
  }
}
