/** What is done to training images, a whole batch at a time. */
package org.wideresnet.data.augment;
