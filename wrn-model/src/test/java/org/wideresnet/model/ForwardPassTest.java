package org.wideresnet.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.common.collect.Streams;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.wideresnet.model.WideResNetConfig.Padding;
import org.wideresnet.model.convolution.ConvolutionAlgorithm;
import org.wideresnet.model.variables.NamedTensors;
import org.wideresnet.model.variables.Variables;

class ForwardPassTest {
  private static final int BATCH = 4;

  private final Graph graph = new Graph();
  private final Session session = new Session(graph);
  private final Ops tf = Ops.create(graph);

  @AfterEach
  void close() {
    session.close();
    graph.close();
  }

  @ParameterizedTest
  @EnumSource(Variant.class)
  void theDataFormatChangesNoLogits(Variant variant) {
    WideResNetConfig config = variant.config(10, 1, 10);
    WideResNet last = WideResNet.of(config);
    WideResNet first = WideResNet.of(config.withDataFormat(DataFormat.CHANNELS_FIRST));
    Variables variables = initialized(last);
    Operand<TFloat32> images = images(BATCH);
    assertThat(run(ForwardPass.inference(tf, first, variables, images).logits()))
        .isEqualTo(run(ForwardPass.inference(tf, last, variables, images).logits()));
  }

  @Test
  void inferenceOfAnImageDoesNotDependOnItsBatch() {
    WideResNet network = WideResNet.of(Variant.PAPER.config(10, 1, 10));
    Variables variables = initialized(network);
    float[] alone = run(ForwardPass.inference(tf, network, variables, images(1)).logits());
    float[] together = run(ForwardPass.inference(tf, network, variables, images(BATCH)).logits());
    for (int i = 0; i < alone.length; i++) {
      assertThat(together[i]).isCloseTo(alone[i], within(1e-5f));
    }
  }

  @ParameterizedTest
  @EnumSource(Variant.class)
  void movingStatisticsMoveByTheMomentumOfTheVariant(Variant variant) {
    WideResNet network = WideResNet.of(variant.config(10, 1, 10));
    Variables variables = initialized(network);
    ForwardPass forward = training(network, variables, Numerics.UNLIMITED);
    float[] convolved = run(forward.output("conv2d"));
    Session.Runner runner = session.runner();
    float share = network.config().batchNorm().momentum();
    for (Op update : variables.moveTowards(tf, forward.statistics(), share)) {
      runner.addTarget(update);
    }
    runner.run().close();

    int channels = 16;
    int n = convolved.length / channels;
    double momentum = variant == Variant.KERAS ? 0.1 : 0.9;
    double correction = variant == Variant.KERAS ? 1 : n / (n - 1.0);
    try (NamedTensors after = variables.read(session)) {
      for (int channel = 0; channel < channels; channel++) {
        double mean = 0;
        double square = 0;
        for (int i = channel; i < convolved.length; i += channels) {
          mean += convolved[i] / (double) n;
          square += convolved[i] * (double) convolved[i] / n;
        }
        double variance = (square - mean * mean) * correction;
        assertThat((double) after.get("batch_normalization/moving_mean").getFloat(channel))
            .isCloseTo((1 - momentum) * mean, within(1e-5));
        assertThat((double) after.get("batch_normalization/moving_variance").getFloat(channel))
            .isCloseTo(momentum + (1 - momentum) * variance, within(1e-5 * (1 + variance)));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Variant.class)
  void dropoutZeroesItsShareAndScalesTheRest(Variant variant) {
    WideResNet network = WideResNet.of(variant.config(16, 1, 10).withDropout(0.3f));
    Variables variables = initialized(network);
    ForwardPass forward = training(network, variables, Numerics.UNLIMITED);
    Layer dropout =
        network.layers().stream()
            .filter(layer -> layer.type() == Layer.Type.DROPOUT)
            .findFirst()
            .orElseThrow();
    float[] before = run(forward.output(dropout.inputs().get(0).name()));
    float[] after = run(forward.output(dropout.name()));
    int active = 0;
    int dropped = 0;
    for (int i = 0; i < before.length; i++) {
      if (before[i] != 0) {
        active++;
        if (after[i] == 0) {
          dropped++;
        } else {
          assertThat(after[i]).isCloseTo(before[i] / 0.7f, within(Math.abs(before[i]) * 1e-5f));
        }
      }
    }
    assertThat(dropped / (double) active).isCloseTo(0.3, within(0.01));
    ForwardPass nextStep =
        ForwardPass.training(tf, network, variables, images(BATCH), tf.constant(2L), Numerics.FP32);
    assertThat(run(nextStep.output(dropout.name()))).isNotEqualTo(after);
    ForwardPass inference = ForwardPass.inference(tf, network, variables, images(BATCH));
    assertThat(run(inference.output(dropout.name())))
        .isEqualTo(run(inference.output(dropout.inputs().get(0).name())));
  }

  @ParameterizedTest
  @EnumSource(Padding.class)
  void stridedConvolutionsArePaddedAsTheConfigurationSays(Padding padding) {
    WideResNet network = WideResNet.of(Variant.PAPER.config(10, 2, 10).withPadding(padding));
    Variables variables = initialized(network);
    Layer strided =
        network.layers().stream()
            .filter(layer -> layer.stride() == 2 && layer.weights().get(0).shape().get(0) == 3)
            .findFirst()
            .orElseThrow();
    ForwardPass forward = ForwardPass.inference(tf, network, variables, images(1));
    String input = strided.inputs().get(0).name();
    assertThat(padding == Padding.SYMMETRIC).isEqualTo(input.equals("zero_padding2d"));
    float[] seen = run(forward.output(input));
    float[] convolved = run(forward.output(strided.name()));
    int border = padding == Padding.SYMMETRIC ? 1 : 0;
    int side = 32 + 2 * border;
    assertThat(seen).hasSize(side * side * 32);
    float[] kernel = run(variables.value(strided.weights().get(0)));
    for (int at : new int[] {0, 15}) {
      double expected = 0;
      for (int y = 0; y < 3; y++) {
        for (int x = 0; x < 3; x++) {
          int row = 2 * at + y;
          int column = 2 * at + x;
          for (int c = 0; row < side && column < side && c < 32; c++) {
            expected +=
                (double) seen[(row * side + column) * 32 + c] * kernel[((y * 3 + x) * 32 + c) * 64];
          }
        }
      }
      assertThat((double) convolved[(at * 16 + at) * 64]).isCloseTo(expected, within(1e-4));
    }
    if (border == 1) {
      assertThat(seen).startsWith(new float[side * 32]);
    }
  }

  @Test
  void aConvolutionOfManyChannelsIsTheSumOfItsParts() {
    WideResNet network = WideResNet.of(Variant.PAPER.config(10, 1, 10));
    Variables variables = initialized(network);
    float[] whole = run(training(network, variables, Numerics.UNLIMITED).logits());
    long opsOfWholes = convolutions();
    float[] parts = run(training(network, variables, 20).logits());
    // From 16 channels on: 5 in one part; from 32: 3 in two; from 64: 1 in four.
    assertThat(convolutions() - opsOfWholes).isEqualTo(opsOfWholes + 3 + 3);
    for (int i = 0; i < whole.length; i++) {
      assertThat(parts[i]).isCloseTo(whole[i], within(1e-5f));
    }
  }

  private ForwardPass training(WideResNet network, Variables variables, int maxInputChannels) {
    return ForwardPass.training(
        tf,
        network,
        variables,
        images(BATCH),
        tf.constant(1L),
        new Numerics(Precision.FP32, maxInputChannels, ConvolutionAlgorithm.DIRECT));
  }

  private long convolutions() {
    return Streams.stream(graph.operations()).filter(op -> op.type().equals("Conv2D")).count();
  }

  @Test
  void outputsHaveTheShapesThatTheLayersSay() {
    WideResNet network = WideResNet.of(Variant.KERAS.config(16, 2, 10));
    ForwardPass forward =
        ForwardPass.inference(tf, network, new Variables(tf, network.weights(), 1), images(BATCH));
    for (Layer layer : network.layers()) {
      assertThat(forward.output(layer.name()).shape())
          .as(layer.name())
          .isEqualTo(layer.outputShape().prepend(BATCH));
    }
    assertThatThrownBy(() -> forward.output("conv2d_99"))
        .hasMessage("There is no layer 'conv2d_99'.");
  }

  private Variables initialized(WideResNet network) {
    Variables variables = new Variables(tf, network.weights(), 7);
    variables.initialize(session);
    return variables;
  }

  /** The first images are the same for every batch size. */
  private Operand<TFloat32> images(int batch) {
    Operand<TFloat32> all =
        tf.random.statelessRandomNormal(
            tf.constant(Shape.of(BATCH, 32, 32, 3)),
            tf.constant(new long[] {1, 2}),
            TFloat32.class);
    return tf.slice(all, tf.constant(new int[4]), tf.constant(new int[] {batch, 32, 32, 3}));
  }

  private float[] run(Operand<TFloat32> operand) {
    try (TFloat32 tensor = (TFloat32) session.runner().fetch(operand).run().get(0)) {
      float[] values = new float[(int) tensor.size()];
      tensor.copyTo(DataBuffers.of(values, false, false));
      return values;
    }
  }
}
