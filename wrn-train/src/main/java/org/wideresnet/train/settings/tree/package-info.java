/** Layers of settings: merged as one tree, and mapped once onto records. */
package org.wideresnet.train.settings.tree;
