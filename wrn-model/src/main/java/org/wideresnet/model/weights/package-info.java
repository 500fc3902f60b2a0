/** Weights at rest: TensorFlow checkpoints with a description of their model, and Keras' files. */
package org.wideresnet.model.weights;
