/** Ways to compute a 3x3 convolution, and where each is used. */
package org.wideresnet.model.convolution;
