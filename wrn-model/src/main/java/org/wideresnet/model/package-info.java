/** The Wide Residual Network as TensorFlow ops, its weights, and what is known of them at rest. */
package org.wideresnet.model;
