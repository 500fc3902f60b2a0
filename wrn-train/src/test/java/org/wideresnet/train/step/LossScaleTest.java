package org.wideresnet.train.step;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.NdArrays;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TUint8;
import org.wideresnet.model.ForwardPass;
import org.wideresnet.model.Normalization;
import org.wideresnet.model.Numerics;
import org.wideresnet.model.Precision;
import org.wideresnet.model.Variant;
import org.wideresnet.model.Weight;
import org.wideresnet.model.WideResNet;
import org.wideresnet.model.convolution.ConvolutionAlgorithm;
import org.wideresnet.model.variables.NamedTensors;
import org.wideresnet.model.variables.Variables;
import org.wideresnet.train.device.SessionConfig;
import org.wideresnet.train.settings.ComputeSettings;
import org.wideresnet.train.settings.OptimizerSettings;

class LossScaleTest {
  private static final int BATCH = 2;
  private static final String SCALE = "loss_scale/relative";
  private static final String GOOD = "loss_scale/good_steps";
  private static final WideResNet NETWORK = WideResNet.of(Variant.PAPER.config(10, 1, 4));
  private static final TrainingStep.Settings FP16 =
      new TrainingStep.Settings(
          new OptimizerSettings.Sgd(0.9, true, 5e-4, false, false),
          0,
          new Numerics(Precision.FP16, Numerics.UNLIMITED, ConvolutionAlgorithm.DIRECT),
          1);

  private final Graph graph = new Graph();
  private final Session session =
      SessionConfig.open(graph, ComputeSettings.DEFAULTS.with("deterministic", true));
  private final Ops tf = Ops.create(graph);
  private final Variables variables = new Variables(tf, NETWORK.weights(), 3);
  private final Operand<TUint8> images = images();
  private final Operand<TInt32> labels = tf.constant(new int[] {0, 1});
  private TrainingStep step;

  private Operand<TUint8> images() {
    byte[] pixels = new byte[BATCH * 32 * 32 * 3];
    new Random(5).nextBytes(pixels);
    return tf.constant(NdArrays.wrap(Shape.of(BATCH, 32, 32, 3), DataBuffers.of(pixels)));
  }

  private void build(TrainingStep.Settings settings, BatchSplit split) {
    BatchGradients gradients =
        BatchGradients.training(NETWORK, Normalization.PAPER_CIFAR10, settings);
    step = new TrainingStep(tf, gradients, variables, images, labels, settings, split);
    variables.initialize(session);
    step.state().forEach(state -> state.initialize(session));
  }

  @AfterEach
  void close() {
    session.close();
    graph.close();
  }

  /** In float32, where nothing becomes zero or infinite. */
  @Test
  void gradientsOfTheScaledLossAreTheSameToTheBit() {
    variables.initialize(session);
    Map<String, float[]> plain = gradients(false, 1);
    assertThat(gradients(true, LossScale.FIRST)).usingRecursiveComparison().isEqualTo(plain);
    assertThat(plain.values()).allSatisfy(values -> assertThat(values).isNotEmpty());
  }

  private Map<String, float[]> gradients(boolean scales, float scale) {
    BatchGradients gradients =
        new BatchGradients(
            NETWORK,
            Normalization.PAPER_CIFAR10,
            0,
            scales,
            (ops, weights, pixels, seed) ->
                ForwardPass.training(ops, NETWORK, weights, pixels, seed, Numerics.FP32));
    Operand<TFloat32> factor = tf.constant(scale);
    StepValues values =
        gradients.of(
            tf,
            weight -> weight.equals(LossScale.SCALE) ? factor : variables.value(weight),
            images,
            labels,
            tf.constant(0L));
    Session.Runner runner = session.runner();
    values.gradients().values().forEach(runner::fetch);
    Map<String, float[]> arrays = new LinkedHashMap<>();
    try (Result result = runner.run()) {
      for (Weight weight : values.gradients().keySet()) {
        arrays.put(weight.name(), array((TFloat32) result.get(arrays.size())));
      }
    }
    return arrays;
  }

  /** With so large a scale the gradients are infinite in float16 until it has been halved. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void stepsWithoutAFiniteGradientChangeNothingAndHalveTheScale(int towers) {
    build(FP16, BatchSplit.of(1, towers));
    step.run(session, 0, 0.1); // so that there are velocities
    Map<String, float[]> before = state();
    float scale = 1 << 12;
    set(scale, 7);
    int skipped = 0;
    TrainingStep.Measured measured = step.run(session, 1, 0.1);
    while (!Float.isFinite(measured.gradientNorm())) {
      scale /= 2;
      before.put(SCALE, new float[] {scale});
      before.put(GOOD, new float[] {0});
      assertThat(state()).usingRecursiveComparison().isEqualTo(before);
      assertThat(measured.loss()).isFinite();
      skipped++;
      measured = step.run(session, 1 + skipped, 0.1);
    }
    assertThat(skipped).isPositive();
    Map<String, float[]> after = state();
    assertThat(after.get(SCALE)).containsExactly(scale);
    assertThat(after.get(GOOD)).containsExactly(1);
    after.forEach(
        (name, values) -> {
          if (!name.equals(SCALE)) {
            assertThat(values).as(name).isNotEqualTo(before.get(name));
          }
        });
  }

  @Test
  void theScaleIsDoubledAfterTwoThousandGoodSteps() {
    build(FP16, BatchSplit.NONE);
    assertThat(state().get(SCALE)).containsExactly(1);
    set(1, 1998);
    step.run(session, 0, 0.1);
    assertThat(state().get(SCALE)).containsExactly(1);
    assertThat(state().get(GOOD)).containsExactly(1999);
    step.run(session, 1, 0.1);
    assertThat(state().get(SCALE)).containsExactly(2);
    assertThat(state().get(GOOD)).containsExactly(0);
  }

  /** Otherwise a training whose weights are no numbers would go on for ever without a change. */
  @Test
  void withoutAScaleAStepIsNotPassedOver() {
    build(FP16, BatchSplit.NONE);
    set(1 / LossScale.FIRST, 0);
    try (NamedTensors values = variables.read(session);
        TFloat32 infinite =
            TFloat32.tensorOf(
                Shape.of(16), tensor -> tensor.scalars().forEach(x -> x.setFloat(1e38f)))) {
      Map<String, TFloat32> changed = new LinkedHashMap<>(values.asMap());
      String gamma =
          variables.trainable().stream()
              .filter(weight -> weight.shape().equals(Shape.of(16)))
              .findFirst()
              .orElseThrow()
              .name();
      changed.put(gamma, infinite);
      variables.assign(session, changed);
    }
    assertThat(step.run(session, 0, 0.1).gradientNorm()).isNotFinite();
    assertThat(state().get(SCALE)).containsExactly(1 / LossScale.FIRST);
    assertThat(step.run(session, 1, 0.1).loss()).isNaN();
  }

  @Test
  void otherFormatsHaveNoScale() {
    build(TrainingStep.Settings.of(FP16.optimizer(), 1), BatchSplit.NONE);
    assertThat(step.state()).containsExactly(step.optimizerSlots());
  }

  private void set(float scale, float good) {
    try (TFloat32 scaleTensor = TFloat32.scalarOf(scale);
        TFloat32 goodTensor = TFloat32.scalarOf(good)) {
      step.state().get(1).assign(session, Map.of(SCALE, scaleTensor, GOOD, goodTensor));
    }
  }

  /** Returns all weights, slots and the state of the scale. */
  private Map<String, float[]> state() {
    Map<String, float[]> values = new LinkedHashMap<>();
    for (Variables group : List.of(variables, step.state().get(0), step.state().get(1))) {
      try (NamedTensors tensors = group.read(session)) {
        tensors.asMap().forEach((name, tensor) -> values.put(name, array(tensor)));
      }
    }
    return values;
  }

  private static float[] array(TFloat32 tensor) {
    float[] values = new float[(int) tensor.size()];
    tensor.asRawTensor().data().asFloats().read(values);
    return values;
  }
}
