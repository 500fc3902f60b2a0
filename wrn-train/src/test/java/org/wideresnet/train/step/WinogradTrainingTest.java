package org.wideresnet.train.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.Graph;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.NdArrays;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.ndarray.buffer.FloatDataBuffer;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;
import org.wideresnet.model.Normalization;
import org.wideresnet.model.Numerics;
import org.wideresnet.model.Precision;
import org.wideresnet.model.Variant;
import org.wideresnet.model.WideResNet;
import org.wideresnet.model.convolution.ConvolutionAlgorithm;
import org.wideresnet.model.variables.Variables;
import org.wideresnet.train.settings.OptimizerSettings;

/** Training with Winograd's convolutions is the training with direct ones, but for rounding. */
class WinogradTrainingTest {
  private static final int BATCH = 8;
  private static final int STEPS = 4;

  /** Its groups have 64, 128 and 256 channels: the last two take Winograd's form. */
  private static final WideResNet NETWORK = WideResNet.of(Variant.PAPER.config(10, 4, 10));

  private static Stream<BatchSplit> splits() {
    return Stream.of(BatchSplit.NONE, BatchSplit.of(2, 1), BatchSplit.of(1, 2));
  }

  @ParameterizedTest
  @MethodSource("splits")
  void lossesAreThoseOfDirectConvolutions(BatchSplit split) {
    List<Float> direct = train(ConvolutionAlgorithm.DIRECT, split);
    List<Float> winograd = train(ConvolutionAlgorithm.WINOGRAD, split);
    assertThat(direct.get(STEPS - 1)).isNotCloseTo(direct.get(0), within(0.1f));
    for (int i = 0; i < STEPS; i++) {
      assertThat(winograd.get(i)).as("step %d", i).isCloseTo(direct.get(i), within(2e-4f));
    }
  }

  @Test
  void eachGradientIsThatOfDirectConvolutions() {
    List<float[]> direct = gradients(ConvolutionAlgorithm.DIRECT);
    List<float[]> winograd = gradients(ConvolutionAlgorithm.WINOGRAD);
    for (int i = 0; i < direct.size(); i++) {
      double difference = 0;
      double length = 0;
      for (int j = 0; j < direct.get(i).length; j++) {
        difference += Math.pow(winograd.get(i)[j] - direct.get(i)[j], 2);
        length += Math.pow(direct.get(i)[j], 2);
      }
      assertThat(Math.sqrt(difference / length)).as("gradient %d", i).isLessThan(1e-4);
    }
  }

  private static List<Float> train(ConvolutionAlgorithm convolutions, BatchSplit split) {
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      TrainingStep step = build(graph, session, convolutions, split);
      assertThat(isWinograd(graph)).isEqualTo(convolutions == ConvolutionAlgorithm.WINOGRAD);
      List<Float> losses = new ArrayList<>();
      for (int i = 0; i < STEPS; i++) {
        losses.add(step.run(session, i, 0.02).loss());
      }
      return losses;
    }
  }

  private static List<float[]> gradients(ConvolutionAlgorithm convolutions) {
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      TrainingStep step = build(graph, session, convolutions, BatchSplit.NONE);
      Session.Runner runner = session.runner();
      step.gradients().values().forEach(runner::fetch);
      List<float[]> gradients = new ArrayList<>();
      try (TInt64 number = TInt64.scalarOf(0);
          Result result = runner.feed(step.step(), number).run()) {
        for (int i = 0; i < step.gradients().size(); i++) {
          TFloat32 tensor = (TFloat32) result.get(i);
          FloatDataBuffer values = DataBuffers.ofFloats(tensor.size());
          tensor.copyTo(values);
          float[] gradient = new float[(int) tensor.size()];
          values.read(gradient);
          gradients.add(gradient);
        }
      }
      return gradients;
    }
  }

  private static boolean isWinograd(Graph graph) {
    return graph.toGraphDef().toString().contains("winograd_16x16x128x128");
  }

  private static TrainingStep build(
      Graph graph, Session session, ConvolutionAlgorithm convolutions, BatchSplit split) {
    Ops tf = Ops.create(graph);
    Variables variables = new Variables(tf, NETWORK.weights(), 3);
    TrainingStep.Settings settings =
        new TrainingStep.Settings(
            new OptimizerSettings.Sgd(0.9, true, 5e-4, false, false),
            0,
            new Numerics(Precision.FP32, Numerics.UNLIMITED, convolutions),
            1);
    int round = BATCH / split.accumulate();
    byte[] pixels = new byte[round * 32 * 32 * 3];
    new Random(5).nextBytes(pixels);
    int[] labels = new Random(6).ints(round, 0, 10).toArray();
    TrainingStep step =
        new TrainingStep(
            tf,
            BatchGradients.training(NETWORK, Normalization.PAPER_CIFAR10, settings),
            variables,
            tf.constant(NdArrays.wrap(Shape.of(round, 32, 32, 3), DataBuffers.of(pixels))),
            tf.constant(labels),
            settings,
            split);
    variables.initialize(session);
    step.optimizerSlots().initialize(session);
    return step;
  }
}
