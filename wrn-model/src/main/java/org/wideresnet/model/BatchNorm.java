package org.wideresnet.model;

import static com.google.common.base.Preconditions.checkArgument;

/**
 * The settings that all batch normalisations of a network share.
 *
 * @param momentum share of the old value in a moving average, in {@code [0, 1)}: {@code moving =
 *     momentum * moving + (1 - momentum) * batch}, as Keras defines it (Torch's momentum is one
 *     minus this)
 * @param epsilon added to the variance, positive
 * @param unbiasedVariance whether the moving variance follows the batch variance with Bessel's
 *     correction {@code n / (n - 1)} (Torch) or without (Keras)
 * @param gammaInitializer how the scale starts
 */
public record BatchNorm(
    float momentum, float epsilon, boolean unbiasedVariance, Initializer gammaInitializer) {

  /** Throws an IllegalArgumentException if a value is out of range. */
  public BatchNorm {
    checkArgument(
        momentum >= 0 && momentum < 1,
        "The batch normalisation momentum is %s; it must lie in [0, 1).",
        momentum);
    checkArgument(
        epsilon > 0, "The batch normalisation epsilon is %s; it must be positive.", epsilon);
  }
}
