/** Commands about one network: summary, plot, weights, export, predict, serve. */
package org.wideresnet.cli.model;
