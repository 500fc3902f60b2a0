package org.wideresnet.model;

import org.wideresnet.model.WideResNetConfig.DropoutPlacement;
import org.wideresnet.model.WideResNetConfig.Padding;

/**
 * The two published forms of the network. Each is a set of values in {@link WideResNetConfig}; the
 * network itself is defined once, in {@link WideResNet}.
 */
public enum Variant {
  /**
   * The Keras original ({@code create_wide_residual_network}), quirks and all: a 1x1 convolution in
   * the first block of every group, dropout before batch normalisation, a batch normalisation
   * momentum of 0.1.
   */
  KERAS,
  /** Zagoruyko and Komodakis (BMVC 2016), with the values of the authors' Lua code. */
  PAPER;

  /**
   * Returns this variant's network of the given size, without dropout, for channels-last input.
   *
   * @throws IllegalArgumentException if the size is not that of a Wide ResNet
   */
  public WideResNetConfig config(int depth, int widenFactor, int classes) {
    boolean paper = this == PAPER;
    return new WideResNetConfig(
        this,
        depth,
        widenFactor,
        classes,
        DataFormat.CHANNELS_LAST,
        0,
        paper ? DropoutPlacement.AFTER_RELU : DropoutPlacement.BEFORE_BATCH_NORM,
        paper ? Padding.SYMMETRIC : Padding.SAME,
        paper,
        paper
            ? new BatchNorm(0.9f, 1e-5f, true, Initializer.UNIFORM_01)
            : new BatchNorm(0.1f, 1e-5f, false, Initializer.UNIFORM_005),
        paper ? Initializer.HE_NORMAL : Initializer.HE_NORMAL_TRUNCATED,
        paper ? Initializer.TORCH_LINEAR : Initializer.GLOROT_UNIFORM);
  }
}
