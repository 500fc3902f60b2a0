/** What a training runs on, and what TensorFlow is told of it. */
package org.wideresnet.train.device;
