package org.wideresnet.model.convolution;

import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * A 3x3 convolution of stride 1 and padding "SAME" in Winograd's form, whose kernel is transformed
 * beforehand and which has no gradient: see {@link WinogradTiles}. It is made of TensorFlow's own
 * ops alone.
 */
public final class WinogradInference {
  private WinogradInference() {}

  /**
   * Adds the transform of a kernel, which is four times as large.
   *
   * @param kernel float32 {@code [3, 3, inputChannels, outputChannels]}
   * @return float32 {@code [36, inputChannels, outputChannels]}
   */
  public static Operand<TFloat32> transformed(
      Ops tf, Operand<TFloat32> kernel, int inputChannels, int outputChannels) {
    return WinogradTiles.kernel(tf, kernel, inputChannels, outputChannels);
  }

  /** Returns the shape of a transformed kernel, {@code [36, inputChannels, outputChannels]}. */
  public static Shape transformedShape(int inputChannels, int outputChannels) {
    return Shape.of(36, inputChannels, outputChannels);
  }

  /**
   * Adds a convolution.
   *
   * @param input float32 {@code [batch, height, width, inputChannels]}; the batch need not be known
   * @param transformed what {@link #transformed} makes of the kernel
   * @return float32 {@code [batch, height, width, outputChannels]}
   */
  public static Operand<TFloat32> of(
      Ops tf,
      Operand<TFloat32> input,
      Operand<TFloat32> transformed,
      int height,
      int width,
      int inputChannels,
      int outputChannels) {
    WinogradTiles tiles = new WinogradTiles(tf, height, width);
    return tiles.images(
        tiles.product(tiles.frequencies(input, inputChannels), transformed, false, false),
        tiles.batch(input),
        outputChannels);
  }
}
