package org.wideresnet.model;

/** The number format that convolutions are computed in while training. */
public enum Precision {
  /** float32 throughout. */
  FP32,
  /**
   * Mixed precision: convolutions in bfloat16, everything else (weights, batch normalisation, loss)
   * in float32. The first convolution stays in float32 too: with three input channels it is cheap,
   * and oneDNN's bfloat16 kernel for it is inaccurate.
   */
  BF16
}
