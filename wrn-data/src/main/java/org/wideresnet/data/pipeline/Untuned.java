package org.wideresnet.data.pipeline;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.data.DatasetOptions;
import org.tensorflow.proto.data.DatasetOptions.AutotuneOptions;
import org.tensorflow.types.family.TType;

/**
 * Starts an iterator without tf.data's autotuning. There is nothing to tune here: threads and
 * buffers have fixed sizes. And the destructor of a tuned iterator, which runs when the next epoch
 * is started or the session ends, waits for the tuner's thread, which may sleep for seconds.
 *
 * @see <a href="https://www.tensorflow.org/api_docs/python/tf/data/experimental/AutotuneOptions">
 *     tf.data's AutotuneOptions</a>
 */
final class Untuned {
  /** A serialized message, whose four bytes are ASCII, as the op wants text. */
  private static final String OPTIONS =
      DatasetOptions.Options.newBuilder()
          .setAutotuneOptions(AutotuneOptions.newBuilder().setEnabled(false))
          .build()
          .toByteString()
          .toStringUtf8();

  private Untuned() {}

  /**
   * Returns the op that starts an iterator anew.
   *
   * @param types the types of an element
   * @param shapes the shapes of an element
   */
  static Op start(
      Ops tf,
      Operand<? extends TType> dataset,
      Operand<? extends TType> iterator,
      List<Class<? extends TType>> types,
      List<Shape> shapes) {
    return tf.data.makeIterator(tf.data.optionsDataset(dataset, OPTIONS, types, shapes), iterator);
  }
}
