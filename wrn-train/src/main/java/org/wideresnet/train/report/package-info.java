/** Charts of what training and evaluation measured. */
package org.wideresnet.train.report;
