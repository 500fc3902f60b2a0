/** The table of a network's layers that Keras' {@code model.summary()} prints. */
package org.wideresnet.model.summary;
