package org.wideresnet.model.convolution;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;

class WinogradInferenceTest {
  private final Random random = new Random(1);

  @ParameterizedTest
  @CsvSource({"1, 32, 32, 8, 16", "3, 16, 16, 32, 32", "5, 8, 8, 64, 32", "2, 6, 10, 5, 3"})
  void agreesWithTheDirectConvolution(int batch, int height, int width, int in, int out) {
    try (Graph graph = new Graph();
        Session session = new Session(graph);
        TFloat32 images = normal(Shape.of(batch, height, width, in))) {
      Ops tf = Ops.create(graph);
      Placeholder<TFloat32> input =
          tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1, height, width, in)));
      Operand<TFloat32> kernel;
      try (TFloat32 values = normal(Shape.of(3, 3, in, out))) {
        kernel = tf.constantOf(values);
      }
      Operand<TFloat32> transformed = WinogradInference.transformed(tf, kernel, in, out);
      try (Result result =
          session
              .runner()
              .feed(input, images)
              .fetch(tf.nn.conv2d(input, kernel, List.of(1L, 1L, 1L, 1L), "SAME"))
              .fetch(WinogradInference.of(tf, input, transformed, height, width, in, out))
              .fetch(transformed)
              .run()) {
        TFloat32 expected = (TFloat32) result.get(0);
        TFloat32 actual = (TFloat32) result.get(1);
        assertThat(actual.shape()).isEqualTo(expected.shape());
        assertThat(error(values(expected), values(actual))).isLessThan(1e-5);
        assertThat(result.get(2).shape()).isEqualTo(WinogradInference.transformedShape(in, out));
      }
    }
  }

  /** Returns the length of the difference in relation to that of the values. */
  private static double error(float[] expected, float[] actual) {
    double difference = 0;
    double norm = 0;
    for (int i = 0; i < expected.length; i++) {
      difference += Math.pow((double) expected[i] - actual[i], 2);
      norm += Math.pow(expected[i], 2);
    }
    return Math.sqrt(difference / norm);
  }

  private TFloat32 normal(Shape shape) {
    float[] values = new float[(int) shape.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return TFloat32.tensorOf(shape, DataBuffers.of(values));
  }

  private static float[] values(TFloat32 tensor) {
    float[] values = new float[(int) tensor.size()];
    tensor.asRawTensor().data().asFloats().read(values);
    return values;
  }
}
