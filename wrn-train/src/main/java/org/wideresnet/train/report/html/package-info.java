/** The page {@code report.html}: one run, or several side by side. */
package org.wideresnet.train.report.html;
