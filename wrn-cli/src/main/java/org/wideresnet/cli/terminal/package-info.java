/** What all commands print, and how they end. */
package org.wideresnet.cli.terminal;
