package org.wideresnet.data.augment;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.image.ImageProjectiveTransformV3;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TUint8;
import org.wideresnet.data.files.RecordLayout;

/**
 * The augmentation of the Keras original: {@code ImageDataGenerator(rotation_range=10,
 * width_shift_range=5./32, height_shift_range=5./32, horizontal_flip=True)}. Each image is turned
 * about its centre by up to 10 degrees, shifted by up to 5 pixels a side (any fraction of a pixel),
 * and every second one flipped; linear interpolation, and the nearest pixel beyond the border.
 *
 * <p>Keras interpolates in floating point and keeps the fraction; here it is rounded to a byte.
 */
final class RotateShiftFlip {

  private static final int SIZE = RecordLayout.IMAGE_SIZE;
  private static final float CENTRE = (SIZE - 1) / 2f;
  private static final float MAX_ANGLE = (float) Math.toRadians(10);
  private static final float MAX_SHIFT = 5;

  private RotateShiftFlip() {}

  /** Returns {@code images} [batch, 32, 32, 3], turned, shifted and flipped by {@code randoms}. */
  static Operand<TUint8> apply(Ops tf, Operand<TUint8> images, Randoms randoms) {
    Operand<TFloat32> moved =
        tf.image.imageProjectiveTransformV3(
            tf.dtypes.cast(images, TFloat32.class),
            transforms(tf, randoms),
            tf.array(SIZE, SIZE),
            tf.constant(0f),
            "BILINEAR",
            ImageProjectiveTransformV3.fillMode("NEAREST"));
    return tf.dtypes.cast(tf.math.add(moved, tf.constant(0.5f)), TUint8.class);
  }

  /**
   * One row {@code a0 a1 a2 b0 b1 b2 0 0} an image: the pixel at {@code (x, y)} is read at {@code
   * (a0 x + a1 y + a2, b0 x + b1 y + b2)}.
   */
  private static Operand<TFloat32> transforms(Ops tf, Randoms randoms) {
    Operand<TFloat32> angle = symmetric(tf, randoms.get(tf, Randoms.Column.ROTATION), MAX_ANGLE);
    Operand<TFloat32> cos = tf.math.cos(angle);
    Operand<TFloat32> sin = tf.math.sin(angle);
    // A flip reads from x' = 31 - x: mirrored about the centre, so only x's sign changes.
    Operand<TFloat32> side =
        tf.select(
            tf.math.less(randoms.get(tf, Randoms.Column.FLIP), tf.constant(0.5f)),
            tf.constant(-1f),
            tf.constant(1f));
    Operand<TFloat32> centre = tf.constant(CENTRE);
    // In coordinates from the centre: x_in = cos (side x + right) + sin (y + down), and so on.
    Operand<TFloat32> right =
        tf.math.sub(
            symmetric(tf, randoms.get(tf, Randoms.Column.HORIZONTAL), MAX_SHIFT),
            tf.math.mul(side, centre));
    Operand<TFloat32> down =
        tf.math.sub(symmetric(tf, randoms.get(tf, Randoms.Column.VERTICAL), MAX_SHIFT), centre);
    Operand<TFloat32> a2 =
        tf.math.add(centre, tf.math.add(tf.math.mul(cos, right), tf.math.mul(sin, down)));
    Operand<TFloat32> b2 =
        tf.math.add(centre, tf.math.sub(tf.math.mul(cos, down), tf.math.mul(sin, right)));
    Operand<TFloat32> zero = tf.zerosLike(angle);
    return tf.concat(
        List.of(
            tf.math.mul(cos, side),
            sin,
            a2,
            tf.math.neg(tf.math.mul(sin, side)),
            cos,
            b2,
            zero,
            zero),
        tf.constant(1));
  }

  /** Uniform in {@code [-limit, limit)}; {@code [batch, 1]}. */
  private static Operand<TFloat32> symmetric(Ops tf, Operand<TFloat32> uniform, float limit) {
    return tf.math.sub(tf.math.mul(uniform, tf.constant(2 * limit)), tf.constant(limit));
  }
}
