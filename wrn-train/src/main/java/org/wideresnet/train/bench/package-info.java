/** How fast a training step is, and what a training will cost. */
package org.wideresnet.train.bench;
