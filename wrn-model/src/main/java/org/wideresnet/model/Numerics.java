package org.wideresnet.model;

import org.wideresnet.model.convolution.ConvolutionAlgorithm;

/**
 * How the ops of a network are computed. It decides speed and rounding, but not what the network
 * is. A further component needs a place in {@link ForwardPass} that uses it and one that chooses it
 * for a machine; whatever is between them passes the record on.
 *
 * @param precision the number format of the activations
 * @param maxInputChannels the most input channels of one convolution op, at least 1; a convolution
 *     of more is the sum of several, each of an equal share of the channels
 * @param convolutions how wide 3x3 convolutions in float32 are computed
 */
public record Numerics(
    Precision precision, int maxInputChannels, ConvolutionAlgorithm convolutions) {
  /** No convolution is computed in parts. */
  public static final int UNLIMITED = Integer.MAX_VALUE;

  /** float32, with whole convolutions. */
  public static final Numerics FP32 =
      new Numerics(Precision.FP32, UNLIMITED, ConvolutionAlgorithm.DIRECT);

  /**
   * Checks the limit.
   *
   * @throws IllegalArgumentException if it is not positive
   */
  public Numerics {
    if (maxInputChannels < 1) {
      throw new IllegalArgumentException(
          "The limit of a convolution's input channels is %d; it must be 1 or more."
              .formatted(maxInputChannels));
    }
  }

  /** Returns into how many equal parts a convolution's input channels go, none above the limit. */
  int parts(long channels) {
    int parts = 1;
    while (channels > (long) parts * maxInputChannels || channels % parts != 0) {
      parts++;
    }
    return parts;
  }
}
