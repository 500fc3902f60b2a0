package org.wideresnet.train.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.DeviceSpec;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.ndarray.NdArrays;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.DeviceStepStats;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.NodeExecStats;
import org.tensorflow.proto.RunOptions;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TType;
import org.wideresnet.data.files.RecordLayout;
import org.wideresnet.data.pipeline.Shard;
import org.wideresnet.model.ForwardPass;
import org.wideresnet.model.Normalization;
import org.wideresnet.model.Variant;
import org.wideresnet.model.WideResNet;
import org.wideresnet.model.variables.NamedTensors;
import org.wideresnet.model.variables.Variables;
import org.wideresnet.train.Weights;
import org.wideresnet.train.device.SessionConfig;
import org.wideresnet.train.settings.ComputeSettings;
import org.wideresnet.train.settings.OptimizerSettings;

/** Towers on the images of one batch, without a pipeline. */
class BatchSplitTest {
  private static final int BATCH = 16;
  private static final TrainingStep.Settings SETTINGS =
      TrainingStep.Settings.of(new OptimizerSettings.Sgd(0.9, true, 5e-4, false, false), 1);

  private final byte[] pixels = new byte[BATCH * RecordLayout.IMAGE_BYTES];
  private final int[] labels = IntStream.range(0, BATCH).map(i -> i % 10).toArray();

  BatchSplitTest() {
    new Random(5).nextBytes(pixels);
  }

  /** With one normalisation for all images the split of a batch changes nothing. */
  @ParameterizedTest
  @ValueSource(ints = {2, 4})
  void towersEqualOneTowerWhereStatisticsAreGiven(int towers) {
    WideResNet network = WideResNet.of(Variant.PAPER.config(10, 1, 10));
    BatchGradients.Forward fixed =
        (tf, weights, images, seed) -> ForwardPass.inference(tf, network, weights, images);
    Trained one = train(network, fixed, BatchSplit.NONE, 0, BATCH, 3);
    Trained many = train(network, fixed, BatchSplit.of(1, towers), 0, BATCH, 3);
    assertThat(many.loss()).isCloseTo(one.loss(), within(1e-5));
    assertThat(many.accuracy()).isCloseTo(one.accuracy(), within(1e-6));
    assertClose(many.weights(), one.weights(), 1e-5);
  }

  /** A tower alone moves the weights by its own gradient; all towers by the mean of these. */
  @ParameterizedTest
  @ValueSource(ints = {2, 4})
  void towersTakeTheMeanOfGradientsAndStatistics(int towers) {
    WideResNet network = WideResNet.of(Variant.KERAS.config(10, 1, 10));
    int part = BATCH / towers;
    List<Trained> alone = new ArrayList<>();
    for (int tower = 0; tower < towers; tower++) {
      alone.add(train(network, null, BatchSplit.NONE, tower * part, part, 1));
    }
    Trained all = train(network, null, BatchSplit.of(1, towers), 0, BATCH, 1);
    assertThat(all.loss())
        .isCloseTo(mean(alone.stream().mapToDouble(Trained::loss).toArray()), within(1e-5));
    assertThat(all.accuracy())
        .isCloseTo(mean(alone.stream().mapToDouble(Trained::accuracy).toArray()), within(1e-6));
    Map<String, float[]> means = new TreeMap<>();
    for (String name : all.weights().keySet()) {
      float[] mean = new float[all.weights().get(name).length];
      for (int i = 0; i < mean.length; i++) {
        int index = i;
        mean[i] =
            (float) mean(alone.stream().mapToDouble(t -> t.weights().get(name)[index]).toArray());
      }
      means.put(name, mean);
    }
    assertClose(all.weights(), means, 1e-5);
    assertThat(all.weights().get("batch_normalization/moving_variance"))
        .isNotEqualTo(alone.get(0).weights().get("batch_normalization/moving_variance"));
  }

  /** Both halves of the batch are the same images; only dropout can tell them apart. */
  @ParameterizedTest
  @ValueSource(floats = {0, 0.5f})
  void towersDropOutDifferently(float dropout) {
    System.arraycopy(pixels, 0, pixels, pixels.length / 2, pixels.length / 2);
    System.arraycopy(labels, 0, labels, BATCH / 2, BATCH / 2);
    WideResNet network = WideResNet.of(Variant.PAPER.config(10, 1, 10).withDropout(dropout));
    double one = train(network, null, BatchSplit.NONE, 0, BATCH / 2, 1).loss();
    double both = train(network, null, BatchSplit.of(1, 2), 0, BATCH, 1).loss();
    if (dropout == 0) {
      assertThat(both).isCloseTo(one, within(1e-5));
    } else {
      assertThat(Math.abs(both - one)).isGreaterThan(1e-3);
    }
  }

  @Test
  void gradientsAreComputedWhereTheirTowerIs() {
    WideResNet network = WideResNet.of(Variant.PAPER.config(10, 1, 10));
    BatchSplit split = new BatchSplit(1, Shard.WHOLE, List.of(cpu(0), cpu(1), cpu(2)));
    ConfigProto threeCpus = ConfigProto.newBuilder().putDeviceCount("CPU", 3).build();
    try (Graph graph = new Graph();
        Session session = new Session(graph, threeCpus)) {
      Ops tf = Ops.create(graph);
      Variables variables = new Variables(tf, network.weights(), 3);
      TrainingStep step = step(tf, network, null, variables, split, 0, 12);
      variables.initialize(session);
      RunOptions trace =
          RunOptions.newBuilder().setTraceLevel(RunOptions.TraceLevel.FULL_TRACE).build();
      try (TInt64 zero = TInt64.scalarOf(0)) {
        Session.Runner runner = session.runner().feed(step.step(), zero).setOptions(trace);
        step.gradients().values().forEach(runner::fetch);
        try (var result = runner.runAndFetchMetadata()) {
          List<DeviceStepStats> devices =
              result.getMetadata().orElseThrow().getStepStats().getDevStatsList();
          assertThat(devices).hasSize(3);
          for (DeviceStepStats device : devices) {
            assertThat(filterGradients(device)).as(device.getDevice()).isEqualTo(9);
          }
        }
      }
    }
  }

  /** The weights to a tower and its sums back; its images, labels and seed come from the host. */
  @ParameterizedTest
  @ValueSource(ints = {2, 4})
  void aTowerGetsTheWeightsInOneCopyAndGivesItsSumsInAnother(int towers) {
    WideResNet network = WideResNet.of(Variant.PAPER.config(10, 1, 10).withDropout(0.1f));
    List<DeviceSpec> devices = IntStream.range(0, towers).mapToObj(BatchSplitTest::cpu).toList();
    ConfigProto cpus = ConfigProto.newBuilder().putDeviceCount("CPU", towers).build();
    try (Graph graph = new Graph();
        Session session = new Session(graph, cpus)) {
      Ops tf = Ops.create(graph);
      Variables variables = new Variables(tf, network.weights(), 3);
      BatchSplit split = new BatchSplit(1, Shard.WHOLE, devices);
      TrainingStep step = step(tf, network, null, variables, split, 0, BATCH);
      variables.initialize(session);
      step.optimizerSlots().initialize(session);
      List<NodeDef> copies =
          step.trace(session, 0, 0.05).getPartitionGraphsList().stream()
              .flatMap(device -> device.getNodeList().stream())
              .filter(node -> node.getOp().matches("_(Host)?Recv"))
              .toList();
      assertThat(copies.stream().filter(node -> type(node) == DataType.DT_FLOAT))
          .hasSize(2 * (towers - 1));
      assertThat(copies.stream().map(BatchSplitTest::type).filter(t -> t != DataType.DT_FLOAT))
          .as("images, labels and seed")
          .hasSize(3 * (towers - 1));
    }
  }

  private static DataType type(NodeDef node) {
    return node.getAttrOrThrow("tensor_type").getType();
  }

  private static long filterGradients(DeviceStepStats device) {
    return device.getNodeStatsList().stream()
        .map(NodeExecStats::getTimelineLabel)
        .filter(label -> label.contains("Conv2DBackpropFilter("))
        .count();
  }

  private static DeviceSpec cpu(int index) {
    return DeviceSpec.newBuilder().deviceType(DeviceSpec.DeviceType.CPU).deviceIndex(index).build();
  }

  private record Trained(double loss, double accuracy, Map<String, float[]> weights) {}

  /** Trains on the images from the first on; a forward pass of null is the usual one. */
  private Trained train(
      WideResNet network,
      BatchGradients.Forward forward,
      BatchSplit split,
      int first,
      int count,
      int steps) {
    try (Graph graph = new Graph();
        Session session =
            SessionConfig.open(graph, ComputeSettings.DEFAULTS.with("deterministic", true))) {
      Ops tf = Ops.create(graph);
      Variables variables = new Variables(tf, network.weights(), 3);
      TrainingStep step = step(tf, network, forward, variables, split, first, count);
      variables.initialize(session);
      step.optimizerSlots().initialize(session);
      TrainingStep.Measured measured = null;
      for (int i = 0; i < steps; i++) {
        measured = step.run(session, i, 0.05);
      }
      try (NamedTensors values = variables.read(session)) {
        return new Trained(measured.loss(), measured.accuracy(), Weights.arrays(values));
      }
    }
  }

  private TrainingStep step(
      Ops tf,
      WideResNet network,
      BatchGradients.Forward forward,
      Variables variables,
      BatchSplit split,
      int first,
      int count) {
    int size = RecordLayout.IMAGE_BYTES;
    byte[] images = Arrays.copyOfRange(pixels, first * size, (first + count) * size);
    return new TrainingStep(
        tf,
        forward == null
            ? BatchGradients.training(network, Normalization.PAPER_CIFAR10, SETTINGS)
            : new BatchGradients(network, Normalization.PAPER_CIFAR10, 0, forward),
        variables,
        fed(tf, tf.constant(NdArrays.wrap(Shape.of(count, 32, 32, 3), DataBuffers.of(images)))),
        fed(tf, tf.constant(Arrays.copyOfRange(labels, first, first + count))),
        SETTINGS,
        split);
  }

  /** A constant would be folded into the towers, where a batch is copied. */
  private static <T extends TType> Operand<T> fed(Ops tf, Operand<T> value) {
    return tf.placeholderWithDefault(value, value.shape());
  }

  private static void assertClose(
      Map<String, float[]> actual, Map<String, float[]> expected, double tolerance) {
    assertThat(actual.keySet()).isEqualTo(expected.keySet());
    actual.forEach(
        (name, values) ->
            assertThat(values)
                .as(name)
                .containsExactly(expected.get(name), within((float) tolerance)));
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).average().orElseThrow();
  }
}
