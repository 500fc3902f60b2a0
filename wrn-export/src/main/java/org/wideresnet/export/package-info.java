/**
 * SavedModels for TensorFlow Serving, and a classifier that runs them in Java.
 *
 * <p>{@link org.wideresnet.export.SavedModelExporter} turns a checkpoint into a numbered version of
 * a model; {@link org.wideresnet.export.ImageClassifier} answers with it.
 */
package org.wideresnet.export;
