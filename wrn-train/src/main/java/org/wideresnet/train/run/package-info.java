/** The directory of a run and what lies in it. */
package org.wideresnet.train.run;
