/** How an export is written and checked. */
package org.wideresnet.export.write;
