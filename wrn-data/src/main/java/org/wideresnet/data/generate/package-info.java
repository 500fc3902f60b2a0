/** A data set that is drawn by the program. */
package org.wideresnet.data.generate;
