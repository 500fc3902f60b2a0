package org.wideresnet.data.augment;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * The random numbers of a batch, {@code [batch, 6]} in {@code [0, 1)}: one row an image, one column
 * a decision, each read as {@code [batch, 1]}.
 */
record Randoms(Operand<TFloat32> uniform) {

  /** What the columns of a row decide. */
  enum Column {
    FLIP,
    VERTICAL,
    HORIZONTAL,
    ROTATION,
    CUTOUT_ROW,
    CUTOUT_COLUMN
  }

  Operand<TFloat32> get(Ops tf, Column column) {
    return tf.slice(uniform, tf.array(0, column.ordinal()), tf.array(-1, 1));
  }
}
