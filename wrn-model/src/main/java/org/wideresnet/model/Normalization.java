package org.wideresnet.model;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.primitives.Floats;
import java.util.List;
import java.util.Locale;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.NdArrays;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TUint8;

/**
 * How pixels become the network's input: {@code (pixel - mean) / std}, in units of 0..255. It is
 * part of the model, so whoever holds the model needs to know nothing else.
 *
 * @param kind what mean and std belong to
 * @param mean the mean of the training images: 3 values, or 3,072 in the order height, width,
 *     channel; empty for {@link Kind#NONE}
 * @param std their standard deviation, as many values, all positive
 */
public record Normalization(Kind kind, List<Float> mean, List<Float> std) {

  /** What a mean and a standard deviation belong to. */
  public enum Kind {
    /** One of each for a colour channel: the paper. */
    CHANNEL(3),
    /**
     * One of each for every value of the image, as the Keras original's script computes them by
     * hand. Keras' own {@code featurewise_center} has one of each for a channel.
     */
    PIXEL(WideResNetConfig.IMAGE_SIZE * WideResNetConfig.IMAGE_SIZE * 3),
    /** None: the network sees 0..255. */
    NONE(0);

    private final int values;

    Kind(int values) {
      this.values = values;
    }
  }

  /** Pixels as they are. */
  public static final Normalization NONE = new Normalization(Kind.NONE, List.of(), List.of());

  /** The numbers of the paper's code for CIFAR-10. */
  public static final Normalization PAPER_CIFAR10 =
      new Normalization(
          Kind.CHANNEL, List.of(125.3f, 123.0f, 113.9f), List.of(63.0f, 62.1f, 66.7f));

  /** Throws an IllegalArgumentException if there are more or fewer numbers, or a std is not > 0. */
  public Normalization {
    mean = List.copyOf(mean);
    std = List.copyOf(std);
    checkArgument(
        mean.size() == kind.values && std.size() == kind.values,
        "The normalisation '%s' has %s means and %s standard deviations; it needs %s of each.",
        kind.name().toLowerCase(Locale.ROOT),
        mean.size(),
        std.size(),
        kind.values);
    checkArgument(
        std.stream().allMatch(value -> value > 0),
        "A standard deviation of the normalisation is not positive.");
  }

  /** Returns the normalisation with the given numbers. */
  public static Normalization of(Kind kind, float[] mean, float[] std) {
    return new Normalization(kind, Floats.asList(mean), Floats.asList(std));
  }

  /**
   * Adds the ops that normalise images. They multiply by {@code 1 / std}: TensorFlow turns some
   * divisions by a constant into that and others not, which would leave the last bit to chance.
   *
   * @param images uint8 {@code [batch, 32, 32, 3]}
   * @return float32 {@code [batch, 32, 32, 3]}
   */
  public Operand<TFloat32> apply(Ops tf, Operand<TUint8> images) {
    Operand<TFloat32> pixels = tf.dtypes.cast(images, TFloat32.class);
    return kind == Kind.NONE
        ? pixels
        : tf.math.mul(
            tf.math.sub(pixels, constant(tf, mean)),
            constant(tf, std.stream().map(value -> 1 / value).toList()));
  }

  private Operand<TFloat32> constant(Ops tf, List<Float> values) {
    int size = WideResNetConfig.IMAGE_SIZE;
    Shape shape = kind == Kind.CHANNEL ? Shape.of(3) : Shape.of(size, size, 3);
    return tf.constant(NdArrays.wrap(shape, DataBuffers.of(Floats.toArray(values))));
  }
}
