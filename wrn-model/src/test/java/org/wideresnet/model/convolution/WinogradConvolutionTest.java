package org.wideresnet.model.convolution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.ConcreteFunction;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.Signature;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Gradients;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;

class WinogradConvolutionTest {
  private static final double TOLERANCE = 1e-5;

  @ParameterizedTest
  @CsvSource({
    "1, 32, 32, 16, 16",
    "3, 16, 16, 16, 32",
    "8, 8, 8, 32, 64",
    "1, 8, 8, 64, 64",
    "3, 6, 10, 5, 3",
    "2, 1, 7, 2, 4",
    "2, 4, 4, 1, 1"
  })
  void agreesWithTheDirectConvolution(int batch, int height, int width, int in, int out) {
    check(new Case(batch, height, width, in, out));
  }

  @Tag("slow")
  @ParameterizedTest
  @CsvSource({
    "1, 32, 32, 160, 160",
    "3, 16, 16, 160, 320",
    "8, 8, 8, 320, 320",
    "128, 8, 8, 64, 64"
  })
  void agreesWithTheDirectConvolutionOfManyChannels(
      int batch, int height, int width, int in, int out) {
    check(new Case(batch, height, width, in, out));
  }

  private static void check(Case sizes) {
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      Ops tf = Ops.create(graph);
      sizes.check(session, sizes.add(tf));
    }
  }

  @Test
  void worksInsideFunction() {
    Case sizes = new Case(3, 8, 8, 4, 6);
    try (ConcreteFunction function = ConcreteFunction.create(sizes::signature);
        Graph graph = new Graph();
        Session session = new Session(graph)) {
      Ops tf = Ops.create(graph);
      Map<String, Operand<?>> inputs = new LinkedHashMap<>();
      inputs.put("x", tf.constant(sizes.shape(sizes.in), DataBuffers.of(sizes.x)));
      inputs.put("kernel", tf.constant(sizes.kernelShape(), DataBuffers.of(sizes.kernel)));
      inputs.put("dy", tf.constant(sizes.shape(sizes.out), DataBuffers.of(sizes.dy)));
      Map<String, Operand<?>> outputs = tf.call(function, inputs);
      sizes.check(session, List.of(outputs.get("y"), outputs.get("dx"), outputs.get("dk")));
    }
  }

  @Test
  void worksTwiceInOneGraphOfTheSameAndOfAnotherGeometry() {
    List<Case> cases =
        List.of(new Case(2, 8, 8, 3, 3), new Case(3, 8, 8, 3, 3), new Case(2, 6, 10, 3, 4));
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      Ops tf = Ops.create(graph);
      List<List<Operand<?>>> outputs =
          cases.stream().map(sizes -> sizes.add(tf.withSubScope("scope"))).toList();
      for (int i = 0; i < cases.size(); i++) {
        cases.get(i).check(session, outputs.get(i));
      }
    }
  }

  @Test
  void worksInSeveralGraphsAtOnce() {
    List<CompletableFuture<Void>> graphs =
        List.of(new Case(2, 8, 8, 3, 5), new Case(2, 16, 16, 3, 5), new Case(2, 6, 10, 2, 4))
            .stream()
            .map(sizes -> CompletableFuture.runAsync(() -> check(sizes)))
            .toList();
    graphs.forEach(CompletableFuture::join);
  }

  @Test
  void leavesOtherIdentitiesTheirGradient() {
    WinogradConvolutionTest.check(new Case(1, 4, 4, 1, 1));
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      Ops tf = Ops.create(graph);
      Operand<TFloat32> x = tf.constant(3f);
      Operand<TFloat32> same = tf.identityN(List.of(x)).output().get(0).expect(TFloat32.class);
      Gradients gradients = tf.gradients(List.of(tf.math.square(same)), List.of(x));
      assertEquals(6f, fetch(session, gradients.dy(0))[0]);
    }
  }

  @Test
  void gradientsAgreeWithFiniteDifferences() {
    Case sizes = new Case(1, 4, 4, 2, 2);
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      List<Operand<?>> outputs = sizes.add(Ops.create(graph));
      differences(sizes, sizes.x, fetch(session, outputs.get(1)));
      differences(sizes, sizes.kernel, fetch(session, outputs.get(2)));
    }
  }

  /** The loss is linear in each value, so that a step may be large. */
  private static void differences(Case sizes, float[] values, float[] gradient) {
    for (int i = 0; i < values.length; i++) {
      float value = values[i];
      values[i] = value + 1;
      double above = loss(sizes);
      values[i] = value - 1;
      double below = loss(sizes);
      values[i] = value;
      assertEquals((above - below) / 2, gradient[i], 1e-3);
    }
  }

  private static double loss(Case sizes) {
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      float[] y = fetch(session, sizes.add(Ops.create(graph)).get(0));
      double loss = 0;
      for (int i = 0; i < y.length; i++) {
        loss += (double) y[i] * sizes.dy[i];
      }
      return loss;
    }
  }

  private static float[] fetch(Session session, Operand<?> operand) {
    try (Result result = session.runner().fetch(operand).run()) {
      TFloat32 tensor = (TFloat32) result.get(0);
      float[] values = new float[(int) tensor.size()];
      tensor.asRawTensor().data().asFloats().read(values);
      return values;
    }
  }

  /** Sizes, and random values of those sizes. */
  private static final class Case {
    private final int batch;
    private final int height;
    private final int width;
    private final int in;
    private final int out;
    private final float[] x;
    private final float[] kernel;
    private final float[] dy;

    Case(int batch, int height, int width, int in, int out) {
      this.batch = batch;
      this.height = height;
      this.width = width;
      this.in = in;
      this.out = out;
      Random random = new Random(1);
      x = random(random, batch * height * width * in);
      kernel = random(random, 9 * in * out);
      dy = random(random, batch * height * width * out);
    }

    private static float[] random(Random random, int size) {
      float[] values = new float[size];
      for (int i = 0; i < size; i++) {
        values[i] = (float) random.nextGaussian();
      }
      return values;
    }

    Shape shape(int channels) {
      return Shape.of(batch, height, width, channels);
    }

    Shape kernelShape() {
      return Shape.of(3, 3, in, out);
    }

    List<Operand<?>> add(Ops tf) {
      return outputs(
          tf,
          tf.constant(shape(in), DataBuffers.of(x)),
          tf.constant(kernelShape(), DataBuffers.of(kernel)),
          tf.constant(shape(out), DataBuffers.of(dy)));
    }

    Signature signature(Ops tf) {
      Placeholder<TFloat32> images = placeholder(tf, Shape.of(-1, height, width, in));
      Placeholder<TFloat32> kernels = placeholder(tf, kernelShape());
      Placeholder<TFloat32> gradient = placeholder(tf, Shape.of(-1, height, width, out));
      List<Operand<?>> outputs = outputs(tf, images, kernels, gradient);
      return Signature.builder("winograd")
          .input("x", images)
          .input("kernel", kernels)
          .input("dy", gradient)
          .output("y", outputs.get(0))
          .output("dx", outputs.get(1))
          .output("dk", outputs.get(2))
          .build();
    }

    private static Placeholder<TFloat32> placeholder(Ops tf, Shape shape) {
      return tf.placeholder(TFloat32.class, Placeholder.shape(shape));
    }

    private List<Operand<?>> outputs(
        Ops tf, Operand<TFloat32> images, Operand<TFloat32> kernels, Operand<TFloat32> gradient) {
      Operand<TFloat32> y = WinogradConvolution.of(tf, images, kernels, height, width, in, out);
      Operand<TFloat32> loss =
          tf.sum(tf.math.mul(y, gradient), tf.constant(new int[] {0, 1, 2, 3}));
      Gradients gradients = tf.gradients(List.of(loss), List.of(images, kernels));
      return List.of(y, gradients.dy(0), gradients.dy(1));
    }

    void check(Session session, List<Operand<?>> outputs) {
      double[] y = new double[dy.length];
      double[] dx = new double[x.length];
      double[] dk = new double[kernel.length];
      direct(y, dx, dk);
      assertClose("y", y, fetch(session, outputs.get(0)));
      assertClose("dx", dx, fetch(session, outputs.get(1)));
      assertClose("dk", dk, fetch(session, outputs.get(2)));
    }

    private void direct(double[] y, double[] dx, double[] dk) {
      for (int place = 0; place < batch * height * width; place++) {
        int row = place / width % height;
        int column = place % width;
        for (int tap = 0; tap < 9; tap++) {
          int down = tap / 3 - 1;
          int across = tap % 3 - 1;
          if (row + down >= 0
              && row + down < height
              && column + across >= 0
              && column + across < width) {
            tap(place, place + down * width + across, tap, y, dx, dk);
          }
        }
      }
    }

    private void tap(int to, int from, int tap, double[] y, double[] dx, double[] dk) {
      for (int c = 0; c < in; c++) {
        int pixel = from * in + c;
        double sum = 0;
        for (int k = 0; k < out; k++) {
          int weight = (tap * in + c) * out + k;
          double gradient = dy[to * out + k];
          y[to * out + k] += (double) x[pixel] * kernel[weight];
          sum += gradient * kernel[weight];
          dk[weight] += gradient * x[pixel];
        }
        dx[pixel] += sum;
      }
    }

    private static void assertClose(String what, double[] expected, float[] actual) {
      assertEquals(expected.length, actual.length, what);
      double difference = 0;
      double norm = 0;
      for (int i = 0; i < expected.length; i++) {
        difference += (expected[i] - actual[i]) * (expected[i] - actual[i]);
        norm += expected[i] * expected[i];
      }
      double error = Math.sqrt(difference / norm);
      assertTrue(error < TOLERANCE, what + " is off by " + error);
    }
  }
}
