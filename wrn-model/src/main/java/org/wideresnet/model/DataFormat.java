package org.wideresnet.model;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** The order of an image tensor's dimensions, as Keras' {@code image_data_format} names it. */
public enum DataFormat {
  /** {@code [batch, height, width, channels]}, TensorFlow's NHWC. */
  CHANNELS_LAST,
  /** {@code [batch, channels, height, width]}, TensorFlow's NCHW. */
  CHANNELS_FIRST;

  private static final int[] NHWC_TO_NCHW = {0, 3, 1, 2};
  private static final int[] NCHW_TO_NHWC = {0, 2, 3, 1};

  /** Brings float32 {@code [batch, height, width, channels]} into this layout. */
  public Operand<TFloat32> fromChannelsLast(Ops tf, Operand<TFloat32> images) {
    return this == CHANNELS_LAST ? images : tf.linalg.transpose(images, tf.constant(NHWC_TO_NCHW));
  }

  /** Brings float32 images of this layout into {@code [batch, height, width, channels]}. */
  public Operand<TFloat32> toChannelsLast(Ops tf, Operand<TFloat32> images) {
    return this == CHANNELS_LAST ? images : tf.linalg.transpose(images, tf.constant(NCHW_TO_NHWC));
  }
}
