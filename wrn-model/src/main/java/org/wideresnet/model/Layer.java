package org.wideresnet.model;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.tensorflow.ndarray.Shape;

/**
 * One layer of the network, as {@link WideResNet} defines it and {@link ForwardPass} computes it.
 *
 * @param name its name, as Keras numbers it: {@code conv2d}, {@code conv2d_1}, ...
 * @param type what it does
 * @param inputs the layers whose outputs it takes, in order
 * @param outputShape the shape of its output without the batch dimension, in the network's data
 *     format
 * @param weights its weights, in Keras' order
 * @param stride the stride of a convolution; 1 otherwise
 */
public record Layer(
    String name,
    Type type,
    List<Layer> inputs,
    Shape outputShape,
    List<Weight> weights,
    int stride) {

  /**
   * The kinds of layers, with the names of their Keras classes.
   *
   * <p>A new kind touches, besides this list: {@link LayerBuilder}, which makes it, and {@link
   * Layer#multiplyAdds} if its cost counts; and three switches that do not compile without it, in
   * {@link ForwardPass}, which computes it, {@code weights.KerasModelJson}, which describes it to
   * Keras, and {@code FoldedNetwork} of wrn-export, which computes it in an exported model. Its
   * weights are trained, kept, counted and drawn like all others.
   */
  public enum Type {
    /** The images. */
    INPUT("InputLayer"),
    /** A border of zeros, a pixel wide. */
    ZERO_PADDING("ZeroPadding2D"),
    /** A convolution without bias; see {@link Layer#padding}. */
    CONVOLUTION("Conv2D"),
    /** Batch normalisation over the channels. */
    BATCH_NORMALIZATION("BatchNormalization"),
    /** The rectifier. */
    ACTIVATION("Activation"),
    /** Dropout; the identity in inference. */
    DROPOUT("Dropout"),
    /** The sum of two inputs. */
    ADD("Add"),
    /** The mean over 8x8 windows. */
    AVERAGE_POOLING("AveragePooling2D"),
    /** All dimensions but the batch in one. */
    FLATTEN("Flatten"),
    /** The fully connected layer at the end; it yields logits, Keras' softmax comes after. */
    DENSE("Dense");

    private final String kerasName;

    Type(String kerasName) {
      this.kerasName = kerasName;
    }

    /** Returns the name of the Keras class, such as {@code Conv2D}. */
    public String kerasName() {
      return kerasName;
    }

    /** Returns what Keras calls the first layer of this kind, such as {@code conv2d}. */
    String layerName() {
      return kerasName.replaceAll("([a-z])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
    }
  }

  /** Returns the number of values in its weights, Keras' "Param #". */
  public long parameters() {
    return weights.stream().mapToLong(weight -> weight.shape().size()).sum();
  }

  /** Returns the shape of its output as Keras writes it: {@code (None, 32, 32, 16)}. */
  public String kerasShape() {
    return Arrays.stream(outputShape.asArray())
        .mapToObj(Long::toString)
        .collect(Collectors.joining(", ", "(None, ", ")"));
  }

  /** A layer equals only itself: comparing all inputs takes a time exponential in the depth. */
  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return name.hashCode();
  }

  /**
   * Returns TensorFlow's name of a convolution's padding: VALID after a layer that pads, else SAME.
   */
  public String padding() {
    return inputs.get(0).type() == Type.ZERO_PADDING ? "VALID" : "SAME";
  }

  /** Returns the multiply-adds for an image; 0 for layers whose cost does not count. */
  public long multiplyAdds() {
    return switch (type) {
      case CONVOLUTION -> {
        Shape kernel = weights.get(0).shape();
        yield outputShape.size() * kernel.size() / kernel.get(3);
      }
      case DENSE -> weights.get(0).shape().size();
      default -> 0;
    };
  }

  @Override
  public String toString() {
    return name;
  }
}
