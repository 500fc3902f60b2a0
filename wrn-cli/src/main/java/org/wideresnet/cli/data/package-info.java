/** {@code wrn data}: find, download, make, check and show data sets. */
package org.wideresnet.cli.data;
