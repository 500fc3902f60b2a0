package org.wideresnet.model;

/** Where dropout stands in a residual block. */
public enum DropoutPlacement {
  /**
   * Between the first convolution and the second batch normalisation, and only in the blocks with
   * an identity shortcut: the Keras original.
   */
  BEFORE_BATCH_NORM,
  /** Between the second ReLU and the second convolution of every block: the paper, section 2.4. */
  AFTER_RELU
}
