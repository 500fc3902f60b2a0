package org.wideresnet.data.pipeline;

import java.util.List;
import org.tensorflow.ConcreteFunction;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.Signature;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.data.IteratorGetNext;
import org.tensorflow.op.data.ParallelMapDataset;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TUint8;
import org.tensorflow.types.family.TType;
import org.wideresnet.data.augment.Augmentation;
import org.wideresnet.data.files.RecordLayout;

/**
 * Batches of images and labels as tf.data ops in the graph, for training or evaluation.
 *
 * <p>{@link #images} and {@link #labels} are what the model reads: each session call that fetches
 * something downstream takes the next batch, {@link #steps} times after each {@link #startEpoch}.
 * Both belong to the same batch when they are used in the same call. Batches are made ahead on
 * threads of tf.data. A validation split of the last {@code v} images is cut by training on the
 * first {@code store.size() - v} and evaluating the rest; both pipelines share the store.
 *
 * <pre>{@code
 * ImageStore store = ImageStore.of(tf, dataset.trainFiles(), dataset.layout());
 * CifarPipeline batches =
 *     CifarPipeline.training(tf, store, store.size(), 128, Augmentation.parse("flip-crop"), 1);
 * store.load(session);
 * for (long epoch = 0; epoch < epochs; epoch++) {
 *   batches.startEpoch(session, epoch);
 *   for (int step = 0; step < batches.steps(); step++) {
 *     session.runner().addTarget(trainOp).run().close();
 *   }
 * }
 * }</pre>
 */
public final class CifarPipeline {

  private static final List<Class<? extends TType>> TYPES = List.of(TUint8.class, TInt32.class);
  private static final long PREFETCH = 4;

  private final Operand<TUint8> images;
  private final Operand<TInt32> labels;
  private final int steps;
  private final Placeholder<TInt64> epoch;
  private final Placeholder<TInt64> firstStep;
  private final Op start;
  private final WaitClock clock;

  private CifarPipeline(
      Ops tf,
      ImageStore store,
      Placeholder<TInt64> epoch,
      EpochPlan plan,
      Augmentation augmentation,
      int steps) {
    long batch = plan.batchSize();
    List<Shape> shapes = List.of(RecordLayout.IMAGE_SHAPE.prepend(batch), Shape.of(batch));
    this.firstStep = tf.placeholder(TInt64.class, Placeholder.shape(Shape.scalar()));
    Operand<? extends TType> mapped;
    try (ConcreteFunction assemble =
        ConcreteFunction.create(graph -> assemble(graph, store, batch, augmentation))) {
      mapped =
          tf.data.parallelMapDataset(
              tf.data.skipDataset(plan.dataset(), firstStep, EpochPlan.TYPES, plan.shapes()),
              List.of(),
              tf.constant((long) Runtime.getRuntime().availableProcessors()),
              assemble,
              TYPES,
              shapes,
              ParallelMapDataset.deterministic("true"));
    }
    Operand<? extends TType> batches =
        tf.data.prefetchDataset(mapped, tf.constant(PREFETCH), TYPES, shapes);
    Operand<? extends TType> iterator = tf.data.iterator("", "", TYPES, shapes);
    this.clock = new WaitClock(tf, firstStep.op().name() + "/wait");
    IteratorGetNext next = clock.started().data.iteratorGetNext(iterator, TYPES, shapes);
    Ops measured = clock.stop(next);
    this.images = measured.identity(next.components().get(0).expect(TUint8.class));
    this.labels = measured.identity(next.components().get(1).expect(TInt32.class));
    this.steps = steps;
    this.epoch = epoch;
    this.start = Untuned.start(tf, batches, iterator, TYPES, shapes);
  }

  /**
   * Adds training batches to the graph of {@code tf}, on its CPU: every epoch a permutation of the
   * images, in whole batches (the images of a last partial batch sit out that epoch), augmented.
   * Order and augmentation are a function of {@code seed} and the epoch alone; what becomes of an
   * image depends on no batch size.
   *
   * @param tf the graph to build in
   * @param store the images
   * @param examples how many of them, from the first, are trained on
   * @param batchSize images of a batch
   * @param augmentation what is done to the images
   * @param seed the seed of order and augmentation
   * @throws IllegalArgumentException if there are fewer images than {@code examples}, or too few
   *     for one batch
   */
  public static CifarPipeline training(
      Ops tf, ImageStore store, int examples, int batchSize, Augmentation augmentation, long seed) {
    return training(tf, store, examples, batchSize, augmentation, seed, Shard.WHOLE);
  }

  /**
   * As {@link #training(Ops, ImageStore, int, int, Augmentation, long)}, for one of several
   * workers: it gets its part of every global batch.
   *
   * @param batchSize images of a global batch, over all workers; this one's has {@code batchSize /
   *     shard.count()}
   * @param shard which part is this worker's
   * @throws IllegalArgumentException also if {@code batchSize} is not a multiple of the workers
   */
  public static CifarPipeline training(
      Ops tf,
      ImageStore store,
      int examples,
      int batchSize,
      Augmentation augmentation,
      long seed,
      Shard shard) {
    checkRange(store, 0, examples);
    if (batchSize < 1 || batchSize > examples) {
      throw new IllegalArgumentException(
          "The batch size is %d; with %d training images it can be 1 to %d."
              .formatted(batchSize, examples, examples));
    }
    if (batchSize % shard.count() != 0) {
      throw new IllegalArgumentException(
          "The batch size %d should be a multiple of the %d workers."
              .formatted(batchSize, shard.count()));
    }
    Ops cpu = Placement.cpu(tf).withSubScope("training_batches");
    Placeholder<TInt64> epoch = cpu.placeholder(TInt64.class, Placeholder.shape(Shape.scalar()));
    EpochPlan plan = EpochPlan.shuffled(cpu, examples, batchSize, shard, seed, epoch);
    return new CifarPipeline(cpu, store, epoch, plan, augmentation, examples / batchSize);
  }

  /**
   * Adds evaluation batches to the graph of {@code tf}, on its CPU: images as they are, in the
   * order of the files, every one of them; the last batch may be smaller.
   *
   * @param tf the graph to build in
   * @param store the images
   * @param first the first image
   * @param count how many images
   * @param batchSize images of a batch
   * @throws IllegalArgumentException if the store has no such images, or {@code batchSize < 1}
   */
  public static CifarPipeline evaluation(
      Ops tf, ImageStore store, int first, int count, int batchSize) {
    checkRange(store, first, count);
    if (batchSize < 1) {
      throw new IllegalArgumentException(
          "The batch size is " + batchSize + "; it should be 1 or more.");
    }
    Ops cpu = Placement.cpu(tf).withSubScope("evaluation_batches");
    Placeholder<TInt64> epoch = cpu.placeholder(TInt64.class, Placeholder.shape(Shape.scalar()));
    EpochPlan plan = EpochPlan.inOrder(cpu, first, count, batchSize);
    int steps = (count - 1) / batchSize + 1;
    return new CifarPipeline(cpu, store, epoch, plan, Augmentation.NONE, steps);
  }

  /**
   * Returns the images of the next batch, {@code [batch, 32, 32, 3]}; the batch dimension is static
   * in training, unknown in evaluation.
   */
  public Operand<TUint8> images() {
    return images;
  }

  /** Returns the labels of the next batch, {@code [batch]}. */
  public Operand<TInt32> labels() {
    return labels;
  }

  /** Returns the number of batches of an epoch. */
  public int steps() {
    return steps;
  }

  /** Starts an epoch from its first batch, wherever the last one was left. */
  public void startEpoch(Session session, long epoch) {
    startEpoch(session, epoch, 0);
  }

  /**
   * Starts an epoch in its midst, as if its first batches had been taken.
   *
   * @param session a session on the graph, with the images loaded
   * @param epoch the epoch, from 0
   * @param step the first batch to be made, from 0
   */
  public void startEpoch(Session session, long epoch, long step) {
    try (TInt64 epochValue = TInt64.scalarOf(epoch);
        TInt64 stepValue = TInt64.scalarOf(step)) {
      session
          .runner()
          .feed(this.epoch, epochValue)
          .feed(firstStep, stepValue)
          .addTarget(start)
          .addTarget(clock.reset())
          .run()
          .close();
    }
  }

  /**
   * Returns how long steps have waited for their batches since the epoch was started, in seconds.
   * It is next to nothing where batches are made faster than they are used.
   *
   * @param session the session of {@link #startEpoch}
   */
  public double waitSeconds(Session session) {
    return clock.seconds(session);
  }

  /** Batch by batch: gathers images and labels, then augments the images. */
  private static Signature assemble(
      Ops tf, ImageStore store, long batch, Augmentation augmentation) {
    Operand<TInt32> indices = tf.placeholder(TInt32.class, Placeholder.shape(Shape.of(batch)));
    Operand<TFloat32> uniform =
        tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(batch, Augmentation.RANDOMS)));
    return Signature.builder("assemble_batch")
        .input("indices", indices)
        .input("uniform", uniform)
        .output("images", augmentation.apply(tf, store.images(tf, indices), uniform))
        .output("labels", store.labels(tf, indices))
        .build();
  }

  private static void checkRange(ImageStore store, int first, int count) {
    if (first < 0 || count < 1 || first > store.size() - count) {
      throw new IllegalArgumentException(
          "%d images from number %d on were asked for; the data set has %d."
              .formatted(count, first, store.size()));
    }
  }
}
