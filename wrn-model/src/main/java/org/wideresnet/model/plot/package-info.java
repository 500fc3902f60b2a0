/** The picture of a network that Keras' {@code plot_model} draws. */
package org.wideresnet.model.plot;
