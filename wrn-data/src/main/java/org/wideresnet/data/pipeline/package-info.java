/** The tf.data pipeline from records to batches. */
package org.wideresnet.data.pipeline;
