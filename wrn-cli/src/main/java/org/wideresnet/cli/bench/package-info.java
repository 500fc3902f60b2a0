/** Commands about the machine: its speed and its devices. */
package org.wideresnet.cli.bench;
