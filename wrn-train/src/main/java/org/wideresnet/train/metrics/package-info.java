/** How good a network is: accuracy, loss, calibration, confusion. */
package org.wideresnet.train.metrics;
