/** Recipes, the training step, the loop, and evaluation. */
package org.wideresnet.train;
