/** Commands that train, and those that look at what was trained. */
package org.wideresnet.cli.train;
