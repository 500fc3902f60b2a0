package org.wideresnet.model;

import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;

/**
 * How a weight starts. All random numbers are stateless: the same seed and shape give the same
 * values on every machine.
 *
 * <p>The fan-in of a kernel is the product of all its dimensions but the last, the fan-out the
 * product of all but the last but one, as in Keras.
 */
public enum Initializer {
  /** All zeros. */
  ZEROS,
  /** All ones. */
  ONES,
  /** {@code U(-0.05, 0.05)}: Keras' {@code 'uniform'}. */
  UNIFORM_005,
  /** {@code U(0, 1)}: the scale of batch normalisation in Torch 7. */
  UNIFORM_01,
  /** {@code N(0, sqrt(2 / fan_in))}: He et al. 2015, as in the paper's Lua code. */
  HE_NORMAL,
  /**
   * {@link #HE_NORMAL} drawn again where it lies more than two standard deviations off, and scaled
   * to keep the variance: Keras' {@code he_normal}.
   */
  HE_NORMAL_TRUNCATED,
  /** {@code U(-a, a)} with {@code a = sqrt(6 / (fan_in + fan_out))}: Keras' default of Dense. */
  GLOROT_UNIFORM,
  /** {@code U(-a, a)} with {@code a = 1 / sqrt(fan_in)}: Torch's default of Linear. */
  TORCH_LINEAR;

  /** Standard deviation of the standard normal distribution cut at two standard deviations. */
  private static final double TRUNCATED_STDDEV = 0.87962566103423978;

  /** Returns float32 values of a shape; the seed of a weight is int64 {@code [2]}. */
  public Operand<TFloat32> values(Ops tf, Shape shape, Operand<TInt64> seed) {
    return switch (this) {
      case ZEROS -> tf.fill(tf.constant(shape), tf.constant(0f));
      case ONES -> tf.fill(tf.constant(shape), tf.constant(1f));
      case UNIFORM_005 -> uniform(tf, shape, seed, 0.05);
      case UNIFORM_01 -> tf.random.statelessRandomUniform(tf.constant(shape), seed, TFloat32.class);
      case HE_NORMAL -> {
        Operand<TFloat32> normal =
            tf.random.statelessRandomNormal(tf.constant(shape), seed, TFloat32.class);
        yield scale(tf, normal, Math.sqrt(2.0 / fanIn(shape)));
      }
      case HE_NORMAL_TRUNCATED -> {
        Operand<TFloat32> normal =
            tf.random.statelessTruncatedNormal(tf.constant(shape), seed, TFloat32.class);
        yield scale(tf, normal, Math.sqrt(2.0 / fanIn(shape)) / TRUNCATED_STDDEV);
      }
      case GLOROT_UNIFORM ->
          uniform(tf, shape, seed, Math.sqrt(6.0 / (fanIn(shape) + fanOut(shape))));
      case TORCH_LINEAR -> uniform(tf, shape, seed, 1 / Math.sqrt(fanIn(shape)));
    };
  }

  /** Draws from {@code U(-limit, limit)}. */
  private static Operand<TFloat32> uniform(
      Ops tf, Shape shape, Operand<TInt64> seed, double limit) {
    Operand<TFloat32> unit =
        tf.random.statelessRandomUniform(tf.constant(shape), seed, TFloat32.class);
    return tf.math.add(scale(tf, unit, 2 * limit), tf.constant((float) -limit));
  }

  private static Operand<TFloat32> scale(Ops tf, Operand<TFloat32> values, double factor) {
    return tf.math.mul(values, tf.constant((float) factor));
  }

  private static long fanIn(Shape shape) {
    return shape.size() / shape.get(shape.numDimensions() - 1);
  }

  private static long fanOut(Shape shape) {
    return shape.size() / shape.get(shape.numDimensions() - 2);
  }
}
