package org.wideresnet.train.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.common.collect.Streams;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.tensorflow.Graph;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.NdArrays;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;
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

class TrainingStepTest {
  private static final int BATCH = 16;
  private static final OptimizerSettings SGD =
      new OptimizerSettings.Sgd(0.9, true, 5e-4, false, false);

  private final Graph graph = new Graph();
  private final Session session =
      SessionConfig.open(graph, ComputeSettings.DEFAULTS.with("deterministic", true));
  private final Ops tf = Ops.create(graph);
  private WideResNet network;
  private Variables variables;
  private TrainingStep step;

  @AfterEach
  void close() {
    session.close();
    graph.close();
  }

  private void build(Variant variant, OptimizerSettings optimizer, double smoothing) {
    build(variant, new TrainingStep.Settings(optimizer, smoothing, Numerics.FP32, 1));
  }

  private void build(Variant variant, TrainingStep.Settings settings) {
    network = WideResNet.of(variant.config(10, 1, 10));
    variables = new Variables(tf, network.weights(), 3);
    byte[] pixels = new byte[BATCH * 32 * 32 * 3];
    new Random(5).nextBytes(pixels);
    step =
        new TrainingStep(
            tf,
            BatchGradients.training(network, Normalization.PAPER_CIFAR10, settings),
            variables,
            tf.constant(NdArrays.wrap(Shape.of(BATCH, 32, 32, 3), DataBuffers.of(pixels))),
            tf.constant(new int[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2, 3, 4, 5}),
            settings,
            BatchSplit.NONE);
    variables.initialize(session);
    step.optimizerSlots().initialize(session);
  }

  @Test
  void theGradientsOfConvolutionsInPartsAreThoseOfWholeOnes() {
    float[][] whole = gradientsWith(Numerics.UNLIMITED);
    float[][] parts = gradientsWith(20);
    for (int i = 0; i < whole.length; i++) {
      assertThat(parts[i])
          .as(variables.trainable().get(i).name())
          .usingComparatorWithPrecision(1e-5f)
          .containsExactly(whole[i]);
    }
  }

  private float[][] gradientsWith(int maxInputChannels) {
    build(
        Variant.PAPER,
        new TrainingStep.Settings(
            SGD,
            0,
            new Numerics(Precision.FP32, maxInputChannels, ConvolutionAlgorithm.DIRECT),
            1));
    try (Result gradients = gradients()) {
      float[][] values = new float[variables.trainable().size()][];
      for (int i = 0; i < values.length; i++) {
        values[i] = array((TFloat32) gradients.get(i));
      }
      return values;
    }
  }

  /** Moves each weight tensor along its own gradient and watches the loss. */
  @ParameterizedTest
  @EnumSource(Variant.class)
  void gradientsAgreeWithFiniteDifferences(Variant variant) {
    build(variant, SGD, 0.1);
    Map<String, TFloat32> original = new HashMap<>();
    try (NamedTensors values = variables.read(session);
        Result gradients = gradients()) {
      original.putAll(values.asMap());
      List<Weight> trainable = variables.trainable();
      for (int i = 0; i < trainable.size(); i++) {
        String name = trainable.get(i).name();
        float[] gradient = array((TFloat32) gradients.get(i));
        double norm = norm(gradient);
        double slope =
            (lossAt(original, name, gradient, 5e-4 / norm)
                    - lossAt(original, name, gradient, -5e-4 / norm))
                / 1e-3;
        assertThat(slope).as(name).isCloseTo(norm, within(1e-3 + 0.03 * norm));
      }
    }
  }

  /** The values by the names of the weights, whatever the variables add to them. */
  private Map<String, float[]> values(Variables read) {
    Map<String, float[]> values = new HashMap<>();
    try (NamedTensors tensors = read.read(session)) {
      Streams.forEachPair(
          read.weights().stream(),
          tensors.asMap().values().stream(),
          (weight, tensor) -> values.put(weight.name(), array(tensor)));
    }
    return values;
  }

  private double lossAt(
      Map<String, TFloat32> original, String name, float[] direction, double distance) {
    float[] moved = array(original.get(name));
    for (int i = 0; i < moved.length; i++) {
      moved[i] += (float) (direction[i] * distance);
    }
    Map<String, TFloat32> values = new HashMap<>(original);
    try (TFloat32 tensor = TFloat32.tensorOf(original.get(name).shape(), DataBuffers.of(moved))) {
      values.put(name, tensor);
      variables.assign(session, values);
    }
    try (TInt64 zero = TInt64.scalarOf(0);
        Result result = session.runner().feed(step.step(), zero).fetch(step.loss()).run()) {
      return ((TFloat32) result.get(0)).getFloat();
    }
  }

  @Test
  void sgdFollowsTheFormulaOfTorch() {
    build(Variant.PAPER, SGD, 0);
    Map<String, double[]> weights = new HashMap<>();
    Map<String, double[]> velocities = new HashMap<>();
    try (NamedTensors values = variables.read(session)) {
      for (Weight weight : variables.trainable()) {
        weights.put(weight.name(), doubles(array(values.get(weight.name()))));
        velocities.put(weight.name(), new double[(int) weight.shape().size()]);
      }
    }
    double[] rates = {0.1, 0.1, 0.02};
    for (int t = 0; t < rates.length; t++) {
      try (Result gradients = gradients()) {
        List<Weight> trainable = variables.trainable();
        for (int i = 0; i < trainable.size(); i++) {
          float[] gradient = array((TFloat32) gradients.get(i));
          double[] w = weights.get(trainable.get(i).name());
          double[] v = velocities.get(trainable.get(i).name());
          for (int j = 0; j < w.length; j++) {
            double g = gradient[j] + 5e-4 * w[j];
            v[j] = 0.9 * v[j] + g;
            w[j] -= rates[t] * (g + 0.9 * v[j]);
          }
        }
      }
      step.run(session, t, rates[t]);
      assertWeights(weights, 1e-5);
    }
  }

  /** A weight that does not decay misses the decay's part of a first step: rate (1 + m) d w. */
  @Test
  void kernelsAloneDecayWhereTheOptimizerSaysSo() {
    build(Variant.PAPER, SGD, 0);
    Map<String, float[]> before = values(variables);
    step.run(session, 0, 0.1);
    Map<String, float[]> all = values(variables);
    variables.initialize(session);
    build(Variant.PAPER, new OptimizerSettings.Sgd(0.9, true, 5e-4, true, false), 0);
    step.run(session, 0, 0.1);
    Map<String, float[]> kernels = values(variables);
    for (Weight weight : variables.trainable()) {
      boolean kernel = weight.name().endsWith("/kernel");
      double part = kernel ? 0 : 0.1 * 1.9 * 5e-4;
      float[] w = before.get(weight.name());
      for (int i = 0; i < w.length; i++) {
        assertThat((double) kernels.get(weight.name())[i] - all.get(weight.name())[i])
            .as(weight.name())
            .isCloseTo(part * w[i], within(2e-7));
      }
    }
    float[] gamma = before.get("batch_normalization/gamma");
    assertThat(norm(gamma)).isGreaterThan(1); // else nothing would have been seen
  }

  @Test
  void averagesFollowTheWeightsOfEachStep() {
    build(Variant.PAPER, SGD, 0);
    Variables averages = new Variables(tf, network.weights(), 3, "/average");
    WeightAverage average = step.average(tf, variables, averages, 0.4);
    averages.initialize(session);
    assertThat(averages.names()).startsWith("conv2d/kernel/average");

    Map<String, double[]> expected = new HashMap<>();
    values(variables).forEach((name, value) -> expected.put(name, doubles(value)));
    double[] decays = {1 / 10.0, 2 / 11.0, 3 / 12.0, 4 / 13.0, 5 / 14.0, 0.4, 0.4};
    for (int t = 0; t < decays.length; t++) {
      step.run(session, t, 0.1);
      Map<String, float[]> now = values(variables);
      for (Weight weight : network.weights()) {
        double[] mean = expected.get(weight.name());
        for (int i = 0; i < mean.length; i++) {
          mean[i] = decays[t] * mean[i] + (1 - decays[t]) * now.get(weight.name())[i];
        }
        assertThat(doubles(values(averages).get(weight.name())))
            .as(weight.name())
            .usingComparatorWithPrecision(1e-5)
            .containsExactly(mean);
      }
    }
    average.restart(session);
    assertThat(values(variables)).usingRecursiveComparison().isEqualTo(values(averages));
  }

  @Test
  void adamFollowsTheFormulaOfThePaper() {
    build(Variant.KERAS, new OptimizerSettings.Adam(0.9, 0.999, 1e-7, 0, false), 0);
    Map<String, double[]> weights = new HashMap<>();
    Map<String, double[]> m = new HashMap<>();
    Map<String, double[]> v = new HashMap<>();
    try (NamedTensors values = variables.read(session)) {
      for (Weight weight : variables.trainable()) {
        weights.put(weight.name(), doubles(array(values.get(weight.name()))));
        m.put(weight.name(), new double[(int) weight.shape().size()]);
        v.put(weight.name(), new double[(int) weight.shape().size()]);
      }
    }
    for (int t = 1; t <= 3; t++) {
      try (Result gradients = gradients()) {
        List<Weight> trainable = variables.trainable();
        double alpha = 1e-3 * Math.sqrt(1 - Math.pow(0.999, t)) / (1 - Math.pow(0.9, t));
        for (int i = 0; i < trainable.size(); i++) {
          float[] gradient = array((TFloat32) gradients.get(i));
          String name = trainable.get(i).name();
          for (int j = 0; j < gradient.length; j++) {
            double g = gradient[j];
            m.get(name)[j] = 0.9 * m.get(name)[j] + 0.1 * g;
            v.get(name)[j] = 0.999 * v.get(name)[j] + 0.001 * g * g;
            weights.get(name)[j] -= alpha * m.get(name)[j] / (Math.sqrt(v.get(name)[j]) + 1e-7);
          }
        }
      }
      step.run(session, t - 1, 1e-3);
      assertWeights(weights, 2e-5);
    }
  }

  /**
   * All logits are (1, 0, ..., 0), so that with {@code z = ln(e + 9)} class 0 has the cross-entropy
   * {@code z - 1} and any other {@code z}. Two of the 16 images are of class 0: the mean is {@code
   * z - 0.125} with their labels and {@code z - 0.1} with all classes alike, and the smoothed one
   * {@code 0.9 (z - 0.125) + 0.1 (z - 0.1)}.
   */
  @ParameterizedTest
  @CsvSource({"0, 2.336150", "0.1, 2.338650"})
  void labelSmoothingGivesTheValueOfTheFormula(double smoothing, float expected) {
    build(Variant.PAPER, SGD, smoothing);
    Weight kernel = network.logits().weights().get(0);
    Weight bias = network.logits().weights().get(1);
    try (NamedTensors values = variables.read(session);
        TFloat32 zeros =
            TFloat32.tensorOf(
                kernel.shape(), DataBuffers.of(new float[(int) kernel.shape().size()]));
        TFloat32 one = TFloat32.vectorOf(1, 0, 0, 0, 0, 0, 0, 0, 0, 0)) {
      Map<String, TFloat32> changed = new HashMap<>(values.asMap());
      changed.put(kernel.name(), zeros);
      changed.put(bias.name(), one);
      variables.assign(session, changed);
    }
    assertThat(step.run(session, 0, 0).loss()).isCloseTo(expected, within(2e-6f));
  }

  @Test
  void lossAndAccuracyAreThoseBeforeTheUpdate() {
    build(Variant.PAPER, SGD, 0);
    float before;
    try (TInt64 zero = TInt64.scalarOf(0);
        Result result = session.runner().feed(step.step(), zero).fetch(step.loss()).run()) {
      before = ((TFloat32) result.get(0)).getFloat();
    }
    List<TrainingStep.Measured> measured = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      measured.add(step.run(session, i, 0.1));
    }
    assertThat(measured.get(0).loss()).isCloseTo(before, within(1e-5f));
    assertThat(measured.get(59).loss()).isLessThan(0.5f);
    assertThat(measured.get(59).accuracy()).isGreaterThan(0.9f);
  }

  @Test
  void theGradientNormIsThatOfAllGradientsTogether() {
    build(Variant.PAPER, SGD, 0);
    double squares = 0;
    try (Result gradients = gradients()) {
      for (int i = 0; i < step.gradients().size(); i++) {
        squares += Math.pow(norm(array((TFloat32) gradients.get(i))), 2);
      }
    }
    double expected = Math.sqrt(squares);
    assertThat((double) step.run(session, 0, 0.1).gradientNorm())
        .isPositive()
        .isCloseTo(expected, within(1e-4 * expected));
  }

  private void assertWeights(Map<String, double[]> expected, double tolerance) {
    try (NamedTensors values = variables.read(session)) {
      expected.forEach(
          (name, w) ->
              assertThat(doubles(array(values.get(name))))
                  .as(name)
                  .containsExactly(w, within(tolerance)));
    }
  }

  private Result gradients() {
    try (TInt64 zero = TInt64.scalarOf(0)) {
      Session.Runner runner = session.runner().feed(step.step(), zero);
      step.gradients().values().forEach(runner::fetch);
      return runner.run();
    }
  }

  private static float[] array(TFloat32 tensor) {
    float[] values = new float[(int) tensor.size()];
    tensor.copyTo(DataBuffers.of(values, false, false));
    return values;
  }

  private static double[] doubles(float[] values) {
    double[] result = new double[values.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = values[i];
    }
    return result;
  }

  private static double norm(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += value * (double) value;
    }
    return Math.sqrt(sum);
  }
}
