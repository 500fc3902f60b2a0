package org.wideresnet.export.graph;

/**
 * The names of an export's signatures, of their inputs and of their outputs.
 *
 * <table>
 *   <caption>The signatures; N is any batch size from 1</caption>
 *   <tr><th>Signature</th><th>Input</th><th>Outputs</th></tr>
 *   <tr><td>{@code serving_default}</td><td>{@code image}: uint8 {@code [N, 32, 32, 3]}</td>
 *       <td>{@code probabilities}: float32 {@code [N, classes]}; {@code class_id}: int64 {@code
 *       [N]}; {@code label}: string {@code [N]}</td></tr>
 *   <tr><td>{@code image_bytes}</td><td>{@code image_bytes}: string {@code [N]}, PNG or JPEG files
 *       of any size</td><td>the same</td></tr>
 *   <tr><td>{@code features}</td><td>{@code image}: uint8 {@code [N, 32, 32, 3]}</td><td>{@code
 *       features}: float32 {@code [N, 64k]}, the pooled activations before the last layer</td></tr>
 *   <tr><td>{@code keras}</td><td>{@code image}: float32, normalised, {@code [N, 32, 32, 3]} or
 *       {@code [N, 3, 32, 32]} as the network was made</td><td>{@code probabilities}: what the
 *       Keras original's {@code predict} returns, without calibration</td></tr>
 *   <tr><td>{@code classify}</td><td>{@code inputs}: string {@code [N]}, serialized {@code
 *       tf.Example} messages with a file each in the feature {@code image/encoded}</td><td>{@code
 *       classes}: string {@code [N, classes]}, the labels; {@code scores}: float32 {@code [N,
 *       classes]}, the probabilities</td></tr>
 * </table>
 *
 * <p>The last one is for TensorFlow Serving's method Classify, all others for Predict.
 */
public final class Signatures {
  public static final String SERVING_DEFAULT = "serving_default";
  public static final String IMAGE_BYTES = "image_bytes";
  public static final String FEATURES = "features";
  public static final String KERAS = "keras";
  public static final String CLASSIFY = "classify";
  public static final String INPUTS = "inputs";
  public static final String IMAGE = "image";
  public static final String PROBABILITIES = "probabilities";
  public static final String CLASS_ID = "class_id";
  public static final String LABEL = "label";
  public static final String CLASSES = "classes";
  public static final String SCORES = "scores";

  private Signatures() {}
}
