/** One training step: forward pass, loss, gradients, and the update of the weights. */
package org.wideresnet.train.step;
