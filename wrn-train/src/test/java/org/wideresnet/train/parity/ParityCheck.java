package org.wideresnet.train.parity;

/** What is compared, in the order of the table, and how far it may deviate. */
enum ParityCheck {
  LAYERS("layers: name, type, shape, parameters, inputs (number of differences)", 0),
  SUMMARY("summary: lines of the table (number of differences)", 0),
  PIXELS("images as decoded and as normalised, labels (number of bytes that differ)", 0),
  LOGITS("inference: logits", 1e-5),
  SOFTMAX("inference: softmax", 1e-5),
  LOSS("training: loss", 1e-5),
  GRADIENTS("training: each gradient (L2, relative)", 1e-4),
  STATISTICS("training: moving statistics after a step", 1e-5),
  NESTEROV_LOSS("20 steps of SGD with Nesterov momentum and decay: each loss (relative)", 1e-3),
  NESTEROV_WEIGHTS(
      "20 steps of SGD with Nesterov momentum and decay: each weight (L2, rel.)", 1e-3),
  ADAM_LOSS("20 steps of Adam, Keras' own: each loss (relative)", 1e-3),
  ADAM_WEIGHTS("20 steps of Adam, Keras' own: each weight (L2, relative)", 1e-3),
  KERAS_SGD_LOSS("20 steps of Keras' own SGD: losses before the rate changes (relative)", 1e-3),
  KERAS_SGD_WEIGHTS("20 steps of Keras' own SGD: weights after the change (L2, relative)"),
  AUGMENTATION_MEAN(
      "augmentation: means of shift, angle, flip, pixels (standard deviations)", 0.05),
  AUGMENTATION_VARIANCE("augmentation: their variances (relative)", 0.05),
  AUGMENTATION_HISTOGRAM("augmentation: their histograms (difference of shares)", 0.02),
  DROPOUT_INFERENCE("dropout: logits in inference", 1e-5),
  DROPOUT_SHARE("dropout: share of the active values that is dropped", 0.01),
  DROPOUT_SCALE("dropout: scale of the values that are kept (relative)", 1e-6),
  STREAM("first 50 losses on a recorded stream of batches, rate 0.02 (relative)", 1e-3),
  STREAM_FAST("the same at rate 0.1, where rounding grows (relative)"),
  STREAM_TWINS("the same at rate 0.1, the twin against itself in channels_first (relative)");

  private final String label;
  private final double tolerance;

  ParityCheck(String label, double tolerance) {
    this.label = label;
    this.tolerance = tolerance;
  }

  /** Something that is only shown. */
  ParityCheck(String label) {
    this(label, Double.POSITIVE_INFINITY);
  }

  String label() {
    return label;
  }

  /** Returns the largest deviation that passes; infinite for what is only shown. */
  double tolerance() {
    return tolerance;
  }
}
