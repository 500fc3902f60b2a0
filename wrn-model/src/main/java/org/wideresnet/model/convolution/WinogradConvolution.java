package org.wideresnet.model.convolution;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.TensorFlow;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * A 3x3 convolution of stride 1 and padding "SAME" in Winograd's form, with its gradient: see
 * {@link WinogradTiles}.
 *
 * <p>The gradient of the input is the same convolution of Y's gradient, with the kernel turned by
 * 180° and its channels swapped. That of the kernel is {@code (Gᵀ⊗Gᵀ)(Vᵀ (A⊗A) dY)}.
 */
public final class WinogradConvolution {
  /** The geometry is in the op's name: its shapes cannot be asked for while gradients are added. */
  private static final Pattern NAME =
      Pattern.compile("(?:.*/)?winograd_(\\d+)x(\\d+)x(\\d+)x(\\d+)(?:_\\d+)?");

  static {
    if (!TensorFlow.registerCustomGradient("IdentityN", WinogradConvolution::gradient)) {
      throw new IllegalStateException(
          "IdentityN already has a gradient in this process; Winograd convolutions need their own.");
    }
  }

  private WinogradConvolution() {}

  /**
   * Adds a convolution.
   *
   * @param input float32 {@code [batch, height, width, inputChannels]}; the batch need not be known
   * @param kernel float32 {@code [3, 3, inputChannels, outputChannels]}
   * @return float32 {@code [batch, height, width, outputChannels]}
   */
  public static Operand<TFloat32> of(
      Ops tf,
      Operand<TFloat32> input,
      Operand<TFloat32> kernel,
      int height,
      int width,
      int inputChannels,
      int outputChannels) {
    WinogradTiles tiles = new WinogradTiles(tf, height, width);
    Operand<TFloat32> frequencies = tiles.frequencies(input, inputChannels);
    // What depends on the kernel alone would otherwise be computed for all convolutions when a step
    // begins, and be kept: four times the size of the kernels.
    Operand<TFloat32> awaited = tf.withControlDependencies(input).identity(kernel);
    Operand<TFloat32> transformed =
        WinogradTiles.kernel(tf, awaited, inputChannels, outputChannels);
    Operand<TFloat32> output =
        tiles.images(
            tiles.product(frequencies, transformed, false, false),
            tiles.batch(input),
            outputChannels);
    String name = "winograd_%dx%dx%dx%d".formatted(height, width, inputChannels, outputChannels);
    return tf.withName(name)
        .identityN(List.of(tf.stopGradient(output), input, kernel))
        .output()
        .get(0)
        .expect(TFloat32.class);
  }

  private static List<Operand<?>> gradient(
      Ops tf, GraphOperation operation, List<Output<?>> gradients) {
    Matcher name = NAME.matcher(operation.name());
    if (!name.matches()) {
      return List.copyOf(gradients);
    }
    int inputChannels = Integer.parseInt(name.group(3));
    int outputChannels = Integer.parseInt(name.group(4));
    WinogradTiles tiles =
        new WinogradTiles(tf, Integer.parseInt(name.group(1)), Integer.parseInt(name.group(2)));
    // One op passes on all three, so nothing below begins before the gradient is there. TensorFlow
    // gives no control dependencies to the ops of a gradient.
    List<Output<?>> together =
        tf.identityN(List.of(gradients.get(0), operation.input(1), operation.input(2))).output();
    Operand<TFloat32> gradient = together.get(0).expect(TFloat32.class);
    // V is computed again, which is cheap, instead of being kept: it has 2.25 times the input's
    // size.
    Operand<TFloat32> frequencies =
        tiles.frequencies(together.get(1).expect(TFloat32.class), inputChannels);
    Operand<TFloat32> kernel = together.get(2).expect(TFloat32.class);
    Operand<TFloat32> turned = tiles.turnedKernel(kernel, inputChannels, outputChannels);
    Operand<TFloat32> inputGradient =
        tiles.images(
            tiles.product(tiles.frequencies(gradient, outputChannels), turned, false, true),
            tiles.batch(gradient),
            inputChannels);
    Operand<TFloat32> kernelGradient =
        tiles.kernelGradient(
            tiles.product(
                frequencies, tiles.gradientFrequencies(gradient, outputChannels), true, false),
            inputChannels,
            outputChannels);
    return List.of(gradient, inputGradient, kernelGradient);
  }
}
