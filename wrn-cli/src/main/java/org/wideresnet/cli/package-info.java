/** The {@code wrn} command: options, messages and exit codes. */
package org.wideresnet.cli;
