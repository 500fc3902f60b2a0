package org.wideresnet.model;

import org.wideresnet.model.WideResNetConfig.DropoutPlacement;

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
  KERAS(
      false,
      DropoutPlacement.BEFORE_BATCH_NORM,
      new BatchNorm(0.1f, 1e-5f, false, Initializer.UNIFORM_005),
      Initializer.HE_NORMAL_TRUNCATED,
      Initializer.GLOROT_UNIFORM),
  /**
   * Zagoruyko and Komodakis, "Wide Residual Networks" (BMVC 2016), with the values of the authors'
   * Lua code.
   */
  PAPER(
      true,
      DropoutPlacement.AFTER_RELU,
      new BatchNorm(0.9f, 1e-5f, true, Initializer.UNIFORM_01),
      Initializer.HE_NORMAL,
      Initializer.TORCH_LINEAR);

  private final boolean identityWhereShapesAgree;
  private final DropoutPlacement dropoutPlacement;
  private final BatchNorm batchNorm;
  private final Initializer convInitializer;
  private final Initializer denseInitializer;

  Variant(
      boolean identityWhereShapesAgree,
      DropoutPlacement dropoutPlacement,
      BatchNorm batchNorm,
      Initializer convInitializer,
      Initializer denseInitializer) {
    this.identityWhereShapesAgree = identityWhereShapesAgree;
    this.dropoutPlacement = dropoutPlacement;
    this.batchNorm = batchNorm;
    this.convInitializer = convInitializer;
    this.denseInitializer = denseInitializer;
  }

  /**
   * Returns this variant's network of the given size, without dropout, for channels-last input.
   *
   * @param depth the number of convolutions counted as in the paper, {@code 6n + 4}
   * @param widenFactor the paper's {@code k}, at least 1
   * @param classes the number of classes, at least 2
   * @throws IllegalArgumentException if the size is not that of a Wide ResNet
   */
  public WideResNetConfig config(int depth, int widenFactor, int classes) {
    return new WideResNetConfig(
        this,
        depth,
        widenFactor,
        classes,
        DataFormat.CHANNELS_LAST,
        0,
        dropoutPlacement,
        identityWhereShapesAgree,
        batchNorm,
        convInitializer,
        denseInitializer);
  }
}
