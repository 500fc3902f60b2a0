/** Options that several commands share. */
package org.wideresnet.cli.options;
