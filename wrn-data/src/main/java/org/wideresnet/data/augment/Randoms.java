package org.wideresnet.data.augment;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * The random numbers of a batch, {@code [batch, 6]} in {@code [0, 1)}: one row an image, one column
 * a decision, each read as {@code [batch, 1]}.
 */
record Randoms(Operand<TFloat32> uniform) {

  /** Columns of a row. */
  static final int COLUMNS = 6;

  Operand<TFloat32> flip(Ops tf) {
    return column(tf, 0);
  }

  Operand<TFloat32> vertical(Ops tf) {
    return column(tf, 1);
  }

  Operand<TFloat32> horizontal(Ops tf) {
    return column(tf, 2);
  }

  Operand<TFloat32> rotation(Ops tf) {
    return column(tf, 3);
  }

  Operand<TFloat32> cutoutRow(Ops tf) {
    return column(tf, 4);
  }

  Operand<TFloat32> cutoutColumn(Ops tf) {
    return column(tf, 5);
  }

  private Operand<TFloat32> column(Ops tf, int index) {
    return tf.slice(uniform, tf.array(0, index), tf.array(-1, 1));
  }
}
