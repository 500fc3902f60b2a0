/**
 * A server with TensorFlow Serving's REST API, for one machine.
 *
 * <p>{@link org.wideresnet.export.serve.ModelServer} answers HTTP requests with the newest version
 * of a model, so that clients can be written and tested without TensorFlow Serving, which is what
 * production uses. The texts of errors follow TensorFlow Serving's; requests that it would answer
 * with nonsense (numbers that do not fit their type, numbers that are none, another shape than the
 * signature's, an empty batch) are refused.
 */
package org.wideresnet.export.serve;
