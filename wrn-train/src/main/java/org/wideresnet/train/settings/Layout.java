package org.wideresnet.train.settings;

/** In which order a GPU has the dimensions of images between the layers. */
public enum Layout {
  /** TensorFlow decides: channels first where its kernels for the GPU are faster that way. */
  AUTO,
  /** Channels last throughout, as the network is written. A CPU has this order in any case. */
  NHWC
}
