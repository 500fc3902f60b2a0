/** Several processes that take the steps of a training together. */
package org.wideresnet.train.cluster;
