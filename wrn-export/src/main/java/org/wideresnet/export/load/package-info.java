/** How a SavedModel is loaded and asked. */
package org.wideresnet.export.load;
