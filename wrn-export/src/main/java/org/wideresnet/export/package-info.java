/** SavedModels for TensorFlow Serving, and a classifier that runs them in Java. */
package org.wideresnet.export;
