package org.wideresnet.data.pipeline;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TType;
import org.wideresnet.data.augment.Augmentation;

/**
 * The batches of one epoch before any pixel is touched: which images, in which order, with which
 * random numbers. A function of seed and epoch alone.
 *
 * @param dataset a tf.data dataset, one element a batch
 * @param shapes the shapes of an element: image indices {@code [batch]}, random numbers {@code
 *     [batch, 6]}
 */
record EpochPlan(Operand<? extends TType> dataset, List<Shape> shapes) {

  /** An index and the random numbers of each image of a batch. */
  static final List<Class<? extends TType>> TYPES = List.of(TInt32.class, TFloat32.class);

  // Keep apart what is drawn from one seed: the order, and the numbers of the images.
  private static final long ORDER = 0x6f72646572L;
  private static final long NUMBERS = 0x6e756d62657273L;

  /** Plans whole batches of a fresh permutation of the first {@code examples} images. */
  static EpochPlan shuffled(
      Ops tf, int examples, int batchSize, Shard shard, long seed, Operand<TInt64> epoch) {
    int steps = examples / batchSize;
    int local = batchSize / shard.count();
    Operand<TInt64> keys =
        tf.random.statelessRandomUniformFullInt(
            tf.array(examples), key(tf, seed ^ ORDER, epoch), TInt64.class);
    Operand<TInt32> order = tf.nn.topK(keys, tf.constant(examples), TInt32.class).indices();
    Operand<TInt32> whole = tf.slice(order, tf.array(0), tf.array(steps * batchSize));
    Operand<TInt32> indices =
        tf.slice(
            tf.reshape(whole, tf.array(steps, batchSize)),
            tf.array(0, shard.index() * local),
            tf.array(steps, local));
    Operand<TFloat32> uniform =
        tf.random.statelessRandomUniform(
            tf.array(examples, Augmentation.RANDOMS), key(tf, seed ^ NUMBERS, epoch));
    List<Shape> shapes = List.of(Shape.of(local), Shape.of(local, Augmentation.RANDOMS));
    return new EpochPlan(
        tf.data.tensorSliceDataset(
            List.of(indices, tf.gather(uniform, indices, tf.constant(0))), shapes),
        shapes);
  }

  /** Plans the images {@code [first, first + count)} in order; the last batch may be smaller. */
  static EpochPlan inOrder(Ops tf, int first, int count, int batchSize) {
    Operand<TInt32> indices =
        tf.range(tf.constant(first), tf.constant(first + count), tf.constant(1));
    Operand<TFloat32> uniform = tf.fill(tf.array(count, Augmentation.RANDOMS), tf.constant(0f));
    List<Shape> single = List.of(Shape.scalar(), Shape.of(Augmentation.RANDOMS));
    List<Shape> shapes = single.stream().map(s -> s.prepend(Shape.UNKNOWN_SIZE)).toList();
    return new EpochPlan(
        tf.data.batchDataset(
            tf.data.tensorSliceDataset(List.of(indices, uniform), single),
            tf.constant((long) batchSize),
            tf.constant(false),
            TYPES,
            shapes),
        shapes);
  }

  /** Returns the images of a batch, -1 where the last batch may be smaller. */
  long batchSize() {
    return shapes.get(0).get(0);
  }

  private static Operand<TInt64> key(Ops tf, long seed, Operand<TInt64> epoch) {
    return tf.stack(List.of(tf.constant(seed), epoch));
  }
}
