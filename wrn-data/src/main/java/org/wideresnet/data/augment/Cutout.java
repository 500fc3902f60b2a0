package org.wideresnet.data.augment;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TUint8;
import org.wideresnet.data.files.RecordLayout;

/**
 * Cutout: a square of 16 x 16 pixels, its centre anywhere in the image and its overhang cut off, is
 * filled with one colour.
 *
 * @see <a href="https://arxiv.org/abs/1708.04552">DeVries and Taylor, 2017</a>
 */
final class Cutout {

  private static final int SIZE = RecordLayout.IMAGE_SIZE;
  private static final int HALF = 8;
  private static final int ROW_BYTES = SIZE * 3;

  private Cutout() {}

  /** Returns {@code images} [batch, 32, 32, 3] with a square of the colour {@code fill} each. */
  static Operand<TUint8> apply(
      Ops tf, Operand<TUint8> images, Randoms randoms, List<Integer> fill) {
    Operand<TInt32> row = centre(tf, randoms.get(tf, Randoms.Column.CUTOUT_ROW));
    Operand<TInt32> column = centre(tf, randoms.get(tf, Randoms.Column.CUTOUT_COLUMN));

    // A row of pixels is masked as one of 33 patterns: cut around column 0 to 31, or not at all.
    Operand<TInt32> first = tf.math.sub(row, tf.constant(HALF));
    Operand<TInt32> rows = tf.range(tf.constant(0), tf.constant(SIZE), tf.constant(1));
    Operand<TBool> inside =
        tf.math.logicalAnd(
            tf.math.greaterEqual(rows, first),
            tf.math.less(rows, tf.math.add(row, tf.constant(HALF))));
    Operand<TInt32> pattern = tf.select(inside, column, tf.constant(SIZE));

    Operand<TUint8> keep = tf.gather(patterns(tf, List.of(0, 0, 0), 0xFF), pattern, tf.constant(0));
    Operand<TUint8> colour = tf.gather(patterns(tf, fill, 0), pattern, tf.constant(0));
    Operand<TUint8> flat = tf.reshape(images, tf.array(-1, SIZE, ROW_BYTES));
    return tf.reshape(
        tf.bitwise.bitwiseOr(tf.bitwise.bitwiseAnd(flat, keep), colour),
        tf.array(-1, SIZE, SIZE, 3));
  }

  /** A centre in 0 to 31; {@code [batch, 1]}. */
  private static Operand<TInt32> centre(Ops tf, Operand<TFloat32> uniform) {
    return tf.dtypes.cast(tf.math.mul(uniform, tf.constant((float) SIZE)), TInt32.class);
  }

  /** Returns {@code [33, 96]}: {@code cut} within 8 pixels of the centre, else {@code rest}. */
  private static Operand<TUint8> patterns(Ops tf, List<Integer> cut, int rest) {
    byte[] bytes = new byte[(SIZE + 1) * ROW_BYTES];
    for (int centre = 0; centre <= SIZE; centre++) {
      for (int i = 0; i < ROW_BYTES; i++) {
        int column = i / 3;
        boolean inside = centre < SIZE && column >= centre - HALF && column < centre + HALF;
        bytes[centre * ROW_BYTES + i] = (byte) (inside ? cut.get(i % 3) : rest);
      }
    }
    return tf.constant(Shape.of(SIZE + 1, ROW_BYTES), DataBuffers.of(bytes));
  }
}
