package org.wideresnet.model;

/** The order of an image tensor's dimensions, as Keras' {@code image_data_format} names it. */
public enum DataFormat {
  /** {@code [batch, height, width, channels]}, TensorFlow's NHWC. */
  CHANNELS_LAST,
  /** {@code [batch, channels, height, width]}, TensorFlow's NCHW. */
  CHANNELS_FIRST
}
