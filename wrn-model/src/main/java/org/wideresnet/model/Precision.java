package org.wideresnet.model;

import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TFloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TNumber;

/** The number format of a training's activations, and with them of its convolutions. */
public enum Precision {
  /** float32 throughout. */
  FP32(TFloat32.class),
  /**
   * Mixed precision: convolutions and what is between them in bfloat16; weights, the statistics of
   * batch normalisation with its scale and shift, pooling, dense layer, loss and optimiser in
   * float32. The first convolution stays in float32 too: with three input channels it is cheap, and
   * oneDNN's bfloat16 kernel for it is inaccurate.
   */
  BF16(TBfloat16.class),
  /**
   * As {@link #BF16} with IEEE half precision, for GPUs without bfloat16. Its smallest gradients
   * are zero unless the loss is scaled up; a training does that.
   */
  FP16(TFloat16.class);

  private final Class<? extends TNumber> activations;

  Precision(Class<? extends TNumber> activations) {
    this.activations = activations;
  }

  Class<? extends TNumber> activations() {
    return activations;
  }
}
