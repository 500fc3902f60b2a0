package org.wideresnet.data.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.exceptions.TFOutOfRangeException;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.data.DatasetOptions;
import org.tensorflow.proto.data.DatasetOptions.AutotuneOptions;
import org.tensorflow.proto.data.DatasetOptions.AutotuneOptions.OptionalEnabledCase;
import org.wideresnet.data.Epoch;
import org.wideresnet.data.Records;
import org.wideresnet.data.augment.Augmentation;

class CifarPipelineTest {

  private static final ConfigProto ONE_THREAD =
      ConfigProto.newBuilder()
          .setInterOpParallelismThreads(1)
          .setIntraOpParallelismThreads(1)
          .build();

  @TempDir Path folder;
  private List<Path> files;

  @BeforeEach
  void writeTwentyImages() throws IOException {
    files = List.of(Records.numbered(folder, 0, 13), Records.numbered(folder, 13, 7));
  }

  /** Builds a pipeline on the twenty images, loads them, and runs some epochs of it. */
  private List<Epoch> epochs(BiFunction<Ops, ImageStore, CifarPipeline> build, long... epochs) {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      ImageStore store = ImageStore.of(tf, files, Records.NUMBERED);
      CifarPipeline pipeline = build.apply(tf, store);
      try (Session session = new Session(graph, ONE_THREAD)) {
        store.load(session);
        List<Epoch> result = new ArrayList<>();
        for (long epoch : epochs) {
          result.add(Epoch.run(pipeline, session, epoch));
        }
        return result;
      }
    }
  }

  private List<Epoch> training(int batchSize, String augmentation, long seed, long... epochs) {
    Augmentation parsed = Augmentation.parse(augmentation);
    return epochs(
        (tf, store) -> CifarPipeline.training(tf, store, 20, batchSize, parsed, seed), epochs);
  }

  /** An iterator that is tuned ends only when its tuner wakes up, seconds later. */
  @Test
  void noIteratorIsTuned() throws IOException {
    Map<String, NodeDef> nodes;
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      ImageStore store = ImageStore.of(tf, files, Records.NUMBERED);
      CifarPipeline.training(tf, store, 20, 5, Augmentation.NONE, 1);
      CifarPipeline.evaluation(tf, store, 0, 20, 5);
      nodes =
          graph.toGraphDef().getNodeList().stream()
              .collect(Collectors.toMap(NodeDef::getName, Function.identity()));
    }
    List<NodeDef> started =
        nodes.values().stream().filter(node -> node.getOp().equals("MakeIterator")).toList();
    assertThat(started).hasSize(3);
    for (NodeDef node : started) {
      NodeDef dataset = nodes.get(node.getInput(0));
      assertThat(dataset.getOp()).isEqualTo("OptionsDataset");
      AutotuneOptions tuning =
          DatasetOptions.Options.parseFrom(dataset.getAttrOrThrow("serialized_options").getS())
              .getAutotuneOptions();
      assertThat(tuning.getOptionalEnabledCase()).isEqualTo(OptionalEnabledCase.ENABLED);
      assertThat(tuning.getEnabled()).isFalse();
    }
  }

  @Test
  void everyImagePassesOnceAnEpoch() {
    for (Epoch epoch : training(5, "flip-crop", 1, 0, 1, 2)) {
      assertThat(epoch.batches()).hasSize(4).allSatisfy(batch -> assertThat(batch).hasSize(5));
      assertThat(epoch.order())
          .containsExactlyInAnyOrderElementsOf(IntStream.range(0, 20).boxed().toList());
    }
  }

  @Test
  void theLastPartialBatchIsDroppedInTraining() {
    assertThat(training(8, "none", 1, 0).get(0).order()).hasSize(16).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "flip-crop", "keras", "flip-crop+cutout", "keras+cutout"})
  void orderAndPixelsDependOnSeedAndEpochAlone(String augmentation) {
    Epoch byThree = training(3, augmentation, 1, 5).get(0);
    Epoch bySeven = training(7, augmentation, 1, 0, 5).get(1);
    assertThat(byThree.order()).startsWith(bySeven.order().toArray(Integer[]::new));
    bySeven
        .byLabel()
        .forEach(
            (label, image) ->
                assertThat(byThree.byLabel().get(label)).as("image %d", label).isEqualTo(image));
  }

  @Test
  void epochsDifferInOrderAndPixels() {
    List<Epoch> epochs = training(5, "flip-crop", 1, 0, 1);
    assertThat(epochs.get(0).order()).isNotEqualTo(epochs.get(1).order());
    assertThat(changed(epochs.get(0), epochs.get(1))).isGreaterThan(15);
  }

  @Test
  void seedsDifferInOrderAndPixels() {
    Epoch one = training(5, "flip-crop", 1, 0).get(0);
    Epoch two = training(5, "flip-crop", 2, 0).get(0);
    assertThat(one.order()).isNotEqualTo(two.order());
    assertThat(changed(one, two)).isGreaterThan(15);
  }

  private static long changed(Epoch one, Epoch two) {
    return one.byLabel().entrySet().stream()
        .filter(e -> !Arrays.equals(e.getValue(), two.byLabel().get(e.getKey())))
        .count();
  }

  @Test
  void shardsPartitionEveryGlobalBatch() {
    Epoch global = training(6, "flip-crop", 1, 3).get(0);
    List<Epoch> shards = new ArrayList<>();
    for (int worker = 0; worker < 3; worker++) {
      Shard shard = new Shard(worker, 3);
      Augmentation augmentation = Augmentation.parse("flip-crop");
      shards.addAll(
          epochs(
              (tf, store) -> CifarPipeline.training(tf, store, 20, 6, augmentation, 1, shard), 3));
    }
    for (int step = 0; step < 3; step++) {
      List<Integer> joined = new ArrayList<>();
      for (Epoch shard : shards) {
        joined.addAll(shard.batches().get(step));
      }
      assertThat(joined).isEqualTo(global.batches().get(step));
    }
    for (Epoch shard : shards) {
      shard.byLabel().forEach((k, v) -> assertThat(v).isEqualTo(global.byLabel().get(k)));
    }
  }

  @Test
  void validationImagesAreNeverTrainedOn() {
    BiFunction<Ops, ImageStore, CifarPipeline> first15 =
        (tf, store) -> CifarPipeline.training(tf, store, 15, 5, Augmentation.NONE, 1);
    for (Epoch epoch : epochs(first15, 0, 1, 2)) {
      assertThat(epoch.order())
          .containsExactlyInAnyOrderElementsOf(IntStream.range(0, 15).boxed().toList());
    }
  }

  @Test
  void evaluationIsInOrderAndKeepsTheLastPartialBatch() {
    Epoch epoch = epochs((tf, store) -> CifarPipeline.evaluation(tf, store, 6, 14, 4), 0).get(0);
    assertThat(epoch.batches())
        .containsExactly(
            List.of(6, 7, 8, 9), List.of(10, 11, 12, 13), List.of(14, 15, 16, 17), List.of(18, 19));
  }

  @Test
  void evaluationImagesAreThoseOfTheFiles() {
    Epoch epoch = epochs((tf, store) -> CifarPipeline.evaluation(tf, store, 0, 20, 8), 0).get(0);
    byte[] bytes = Records.random(Records.NUMBERED, 13, 7);
    int[][][] expected = Records.pixels(bytes, Records.NUMBERED, 6);
    assertThat(epoch.images().get(19)).isEqualTo(Records.flat(expected));
  }

  @Test
  void anEpochCanBeLeftAndRepeated() {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      ImageStore store = ImageStore.of(tf, files, Records.NUMBERED);
      CifarPipeline pipeline =
          CifarPipeline.training(tf, store, 20, 5, Augmentation.parse("flip-crop"), 1);
      CifarPipeline test = CifarPipeline.evaluation(tf, store, 0, 20, 20);
      try (Session session = new Session(graph)) {
        store.load(session);
        pipeline.startEpoch(session, 1);
        session.runner().fetch(pipeline.labels()).run().close();
        assertThat(Epoch.run(test, session, 0).order()).hasSize(20);
        Epoch zero = Epoch.run(pipeline, session, 0);
        Epoch again = Epoch.run(pipeline, session, 0);
        assertThat(again.order()).isEqualTo(zero.order());
        assertThatThrownBy(() -> session.runner().fetch(pipeline.labels()).run())
            .isInstanceOf(TFOutOfRangeException.class);
      }
    }
  }

  /** The time is that of the batches that were taken, and starts anew with an epoch. */
  @Test
  void theTimeThatStepsWaitIsAddedUp() {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      ImageStore store = ImageStore.of(tf, files, Records.NUMBERED);
      CifarPipeline pipeline =
          CifarPipeline.training(tf, store, 20, 4, Augmentation.parse("flip-crop"), 1);
      try (Session session = new Session(graph, ONE_THREAD)) {
        store.load(session);
        pipeline.startEpoch(session, 0);
        assertThat(pipeline.waitSeconds(session)).isZero();
        double before = 0;
        for (int step = 0; step < 5; step++) {
          session.runner().fetch(pipeline.images()).run().close();
          double now = pipeline.waitSeconds(session);
          assertThat(now).isGreaterThan(before);
          before = now;
        }
        pipeline.startEpoch(session, 1);
        assertThat(pipeline.waitSeconds(session)).isZero();
      }
    }
  }

  @Test
  void theBatchDimensionIsStaticInTrainingOnly() {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      ImageStore store = ImageStore.of(tf, files, Records.NUMBERED);
      CifarPipeline training =
          CifarPipeline.training(tf, store, 20, 6, Augmentation.NONE, 1, new Shard(0, 2));
      CifarPipeline evaluation = CifarPipeline.evaluation(tf, store, 0, 20, 6);
      assertThat(training.images().shape()).isEqualTo(Shape.of(3, 32, 32, 3));
      assertThat(training.labels().shape()).isEqualTo(Shape.of(3));
      assertThat(evaluation.images().shape().asArray()).containsExactly(-1, 32, 32, 3);
    }
  }

  @Test
  void wrongSizesAreRefused() {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      ImageStore store = ImageStore.of(tf, files, Records.NUMBERED);
      assertThatThrownBy(() -> CifarPipeline.training(tf, store, 20, 21, Augmentation.NONE, 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("The batch size is 21; with 20 training images it can be 1 to 20.");
      assertThatThrownBy(() -> CifarPipeline.training(tf, store, 21, 5, Augmentation.NONE, 1))
          .hasMessage("21 images from number 0 on were asked for; the data set has 20.");
      assertThatThrownBy(
              () -> CifarPipeline.training(tf, store, 20, 5, Augmentation.NONE, 1, new Shard(1, 2)))
          .hasMessage("The batch size 5 should be a multiple of the 2 workers.");
      assertThatThrownBy(() -> CifarPipeline.evaluation(tf, store, 19, 2, 1))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> new Shard(2, 2)).isInstanceOf(IllegalArgumentException.class);
    }
  }
}
