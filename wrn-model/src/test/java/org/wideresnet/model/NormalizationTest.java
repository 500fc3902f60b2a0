package org.wideresnet.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TUint8;

class NormalizationTest {
  @Test
  void channelSubtractsTheMeanOfTheColourAndDividesByItsDeviation() {
    assertThat(firstPixel(Normalization.PAPER_CIFAR10))
        .containsExactly(
            (200 - 125.3f) * (1 / 63.0f),
            (200 - 123.0f) * (1 / 62.1f),
            (200 - 113.9f) * (1 / 66.7f));
  }

  @Test
  void pixelHasNumbersOfItsOwnForEveryValue() {
    float[] mean = new float[3072];
    float[] std = new float[3072];
    Arrays.fill(std, 1);
    mean[1] = 50;
    std[2] = 4;
    assertThat(firstPixel(Normalization.of(Normalization.Kind.PIXEL, mean, std)))
        .containsExactly(200, 150, 50);
  }

  @Test
  void noneLeavesPixelsAsTheyAre() {
    assertThat(firstPixel(Normalization.NONE)).containsExactly(200, 200, 200);
  }

  @Test
  void refusesTheWrongNumberOfValuesAndADeviationOfZero() {
    assertThatThrownBy(
            () -> new Normalization(Normalization.Kind.CHANNEL, List.of(1f), List.of(1f)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "The normalisation 'channel' has 1 means and 1 standard deviations;"
                + " it needs 3 of each.");
    assertThatThrownBy(
            () -> Normalization.of(Normalization.Kind.CHANNEL, new float[3], new float[] {1, 0, 1}))
        .hasMessage("A standard deviation of the normalisation is not positive.");
  }

  private static float[] firstPixel(Normalization normalization) {
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      Ops tf = Ops.create(graph);
      Operand<TUint8> images =
          tf.dtypes.cast(
              tf.fill(tf.constant(Shape.of(2, 32, 32, 3)), tf.constant(200)), TUint8.class);
      try (TFloat32 result =
          (TFloat32) session.runner().fetch(normalization.apply(tf, images)).run().get(0)) {
        return new float[] {
          result.getFloat(0, 0, 0, 0), result.getFloat(0, 0, 0, 1), result.getFloat(0, 0, 0, 2)
        };
      }
    }
  }
}
