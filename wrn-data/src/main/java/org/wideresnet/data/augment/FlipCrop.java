package org.wideresnet.data.augment;

import java.util.stream.IntStream;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TUint8;
import org.wideresnet.data.files.RecordLayout;

/**
 * The paper's augmentation (section 3): a horizontal flip of every second image, and a random crop
 * from the image padded by 4 pixels of reflection, {@code d c b | a b c d | c b a}.
 *
 * <p>Nothing is padded: every output pixel is gathered from where it comes from in the image.
 */
final class FlipCrop {

  private static final int SIZE = RecordLayout.IMAGE_SIZE;
  private static final int PAD = 4;

  private FlipCrop() {}

  /** Returns {@code images} [batch, 32, 32, 3], flipped and cropped as {@code randoms} say. */
  static Operand<TUint8> apply(Ops tf, Operand<TUint8> images, Randoms randoms) {
    Operand<TInt32> forward = tf.constant(new int[][] {IntStream.range(0, SIZE).toArray()});
    Operand<TInt32> backward = tf.math.sub(tf.constant(SIZE - 1), forward);
    Operand<TBool> flip = tf.math.less(randoms.get(tf, Randoms.Column.FLIP), tf.constant(0.5f));

    Operand<TInt32> rows =
        source(tf, tf.math.add(offset(tf, randoms.get(tf, Randoms.Column.VERTICAL)), forward));
    Operand<TInt32> columns =
        source(
            tf,
            tf.math.add(
                offset(tf, randoms.get(tf, Randoms.Column.HORIZONTAL)),
                tf.select(flip, backward, forward)));

    Operand<TInt32> batch = tf.size(flip);
    Operand<TInt32> firstPixel =
        tf.math.mul(tf.range(tf.constant(0), batch, tf.constant(1)), tf.constant(SIZE * SIZE));
    Operand<TInt32> firstOfRow =
        tf.math.add(tf.reshape(firstPixel, tf.array(-1, 1)), tf.math.mul(rows, tf.constant(SIZE)));
    Operand<TInt32> pixels =
        tf.math.add(
            tf.expandDims(firstOfRow, tf.constant(2)), tf.expandDims(columns, tf.constant(1)));
    return tf.gather(tf.reshape(images, tf.array(-1, 3)), pixels, tf.constant(0));
  }

  /** Where the crop starts in the padded image: 0 to 8, all equally likely; {@code [batch, 1]}. */
  private static Operand<TInt32> offset(Ops tf, Operand<TFloat32> uniform) {
    return tf.dtypes.cast(tf.math.mul(uniform, tf.constant(2f * PAD + 1)), TInt32.class);
  }

  /** The place in the image, 0 to 31, that a place in the padded image, 0 to 39, mirrors. */
  private static Operand<TInt32> source(Ops tf, Operand<TInt32> padded) {
    Operand<TInt32> last = tf.constant(SIZE - 1);
    Operand<TInt32> reflectedLow = tf.math.abs(tf.math.sub(padded, tf.constant(PAD)));
    return tf.math.sub(last, tf.math.abs(tf.math.sub(last, reflectedLow)));
  }
}
