/** CIFAR files and the tf.data pipeline that turns them into batches. */
package org.wideresnet.data;
