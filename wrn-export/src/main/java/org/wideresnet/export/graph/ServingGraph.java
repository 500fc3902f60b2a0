package org.wideresnet.export.graph;

import java.util.LinkedHashMap;
import java.util.Map;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.ndarray.NdArrays;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.proto.TensorShapeProto;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TString;
import org.tensorflow.types.TUint8;
import org.wideresnet.export.ExportOptions;
import org.wideresnet.model.DataFormat;
import org.wideresnet.model.WideResNet;
import org.wideresnet.model.WideResNetConfig;
import org.wideresnet.model.variables.NamedTensors;
import org.wideresnet.model.weights.ModelDescription;

/**
 * The graph of an export and its signatures. There is one network with four entrances, one after
 * the other: files are taken out of examples, files are decoded to pixels, pixels are normalised,
 * and normalised images enter the network. A request feeds one of them, and TensorFlow computes
 * only what comes after it.
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
public final class ServingGraph implements AutoCloseable {
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

  /** The op that holds the name of the file with the labels, as assets need one. */
  public static final String LABELS_ASSET = "labels_asset";

  /** The file with one label a line, in the folder {@code assets}. */
  public static final String LABELS_FILE = "labels.txt";

  private static final String PREDICT_METHOD = "tensorflow/serving/predict";
  private static final String CLASSIFY_METHOD = "tensorflow/serving/classify";

  private final Graph graph = new Graph();
  private final Ops tf = Ops.create(graph);
  private final ServingWeights servingWeights = new ServingWeights(tf);
  private final MetaGraphDef.Builder metaGraph = MetaGraphDef.newBuilder();

  /** Makes the graph of a model with the given weights. */
  public ServingGraph(ModelDescription model, NamedTensors weights, ExportOptions options) {
    metaGraph.putAllSignatureDef(signatures(model, weights, options));
    if (servingWeights.hasVariables()) {
      servingWeights.describe(metaGraph);
    }
    metaGraph.setGraphDef(graph.toGraphDef());
  }

  /** Returns graph, signatures, and how to restore the variables. */
  public MetaGraphDef metaGraph() {
    return metaGraph.build();
  }

  /** Returns the weights, those that are variables being yet to be saved. */
  public ServingWeights weights() {
    return servingWeights;
  }

  @Override
  public void close() {
    servingWeights.close();
    graph.close();
  }

  private Map<String, SignatureDef> signatures(
      ModelDescription model, NamedTensors weights, ExportOptions options) {
    DataFormat format = model.network().dataFormat();
    tf.withName(LABELS_ASSET).constant(LABELS_FILE);
    Operand<TString> examples =
        tf.withName("examples").placeholder(TString.class, Placeholder.shape(Shape.of(-1)));
    Operand<TString> files =
        tf.withName(IMAGE_BYTES)
            .placeholderWithDefault(PictureExamples.files(tf, examples), Shape.of(-1));
    Operand<TUint8> pixels =
        tf.withName(IMAGE)
            .placeholderWithDefault(
                PictureDecoder.decode(tf, files), batchOf(DataFormat.CHANNELS_LAST));
    Operand<TFloat32> images =
        tf.withName("normalized_image")
            .placeholderWithDefault(
                format.fromChannelsLast(tf, model.normalization().apply(tf, pixels)),
                batchOf(format));

    FoldedNetwork network =
        FoldedNetwork.of(
            tf,
            WideResNet.of(model.network()),
            weights,
            servingWeights,
            options.precision(),
            images);
    Operand<TFloat32> features = tf.withName(FEATURES).identity(network.features());
    Operand<TFloat32> probabilities =
        tf.withName(PROBABILITIES).nn.softmax(calibrated(network.logits(), options));
    Operand<TFloat32> plain =
        options.calibration() == null
            ? probabilities
            : tf.withName("uncalibrated").nn.softmax(network.logits());
    Operand<TInt64> classId =
        tf.withName(CLASS_ID).math.argMax(network.logits(), tf.constant(1), TInt64.class);
    Operand<TString> names =
        tf.constant(NdArrays.vectorOfObjects(model.classNames().toArray(String[]::new)));
    Operand<TString> label = tf.withName(LABEL).gather(names, classId, tf.constant(0));
    Operand<TString> classes = tf.withName(CLASSES).broadcastTo(names, tf.shape(probabilities));

    Map<String, Operand<?>> answers = new LinkedHashMap<>();
    answers.put(PROBABILITIES, probabilities);
    answers.put(CLASS_ID, classId);
    answers.put(LABEL, label);
    return Map.of(
        SERVING_DEFAULT, predict(IMAGE, pixels, answers),
        IMAGE_BYTES, predict(IMAGE_BYTES, files, answers),
        FEATURES, predict(IMAGE, pixels, Map.of(FEATURES, features)),
        KERAS, predict(IMAGE, images, Map.of(PROBABILITIES, plain)),
        CLASSIFY,
            signature(
                CLASSIFY_METHOD,
                INPUTS,
                examples,
                Map.of(CLASSES, classes, SCORES, probabilities)));
  }

  private Operand<TFloat32> calibrated(Operand<TFloat32> logits, ExportOptions options) {
    return options.calibration() == null
        ? logits
        : tf.math.div(logits, tf.constant(options.temperature()));
  }

  private static Shape batchOf(DataFormat format) {
    int size = WideResNetConfig.IMAGE_SIZE;
    return format == DataFormat.CHANNELS_LAST
        ? Shape.of(-1, size, size, 3)
        : Shape.of(-1, 3, size, size);
  }

  private static SignatureDef predict(
      String inputName, Operand<?> input, Map<String, Operand<?>> outputs) {
    return signature(PREDICT_METHOD, inputName, input, outputs);
  }

  private static SignatureDef signature(
      String method, String inputName, Operand<?> input, Map<String, Operand<?>> outputs) {
    SignatureDef.Builder signature =
        SignatureDef.newBuilder().setMethodName(method).putInputs(inputName, tensorInfo(input));
    outputs.forEach((name, output) -> signature.putOutputs(name, tensorInfo(output)));
    return signature.build();
  }

  private static TensorInfo tensorInfo(Operand<?> operand) {
    Output<?> output = operand.asOutput();
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (long size : output.shape().asArray()) {
      shape.addDim(TensorShapeProto.Dim.newBuilder().setSize(size));
    }
    return TensorInfo.newBuilder()
        .setName(output.op().name() + ":" + output.index())
        .setDtype(DataType.forNumber(output.dataType().getNumber()))
        .setTensorShape(shape)
        .build();
  }
}
