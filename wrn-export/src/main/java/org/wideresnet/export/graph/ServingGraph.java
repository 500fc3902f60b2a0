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
import org.wideresnet.model.DataFormat;
import org.wideresnet.model.Precision;
import org.wideresnet.model.WideResNet;
import org.wideresnet.model.WideResNetConfig;
import org.wideresnet.model.convolution.ConvolutionAlgorithm;
import org.wideresnet.model.variables.NamedTensors;
import org.wideresnet.model.weights.ModelDescription;

/**
 * The graph of an export and its signatures. There is one network with four entrances, one after
 * the other: files are taken out of examples, files are decoded to pixels, pixels are normalised,
 * and normalised images enter the network. A request feeds one of them, and TensorFlow computes
 * only what comes after it.
 *
 * <p>The signatures are in {@link Signatures}.
 */
public final class ServingGraph implements AutoCloseable {
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

  /**
   * Makes the graph of a model with the given weights.
   *
   * @param precision the number format of the convolutions; the first one is float32 in any case
   * @param convolutions how wide 3x3 convolutions in float32 are computed
   * @param temperature what the logits are divided by; 1 for probabilities as they were trained
   */
  public ServingGraph(
      ModelDescription model,
      NamedTensors weights,
      Precision precision,
      ConvolutionAlgorithm convolutions,
      float temperature) {
    try {
      metaGraph.putAllSignatureDef(
          signatures(model, weights, precision, convolutions, temperature));
      if (servingWeights.hasVariables()) {
        servingWeights.describe(metaGraph);
      }
      metaGraph.setGraphDef(graph.toGraphDef());
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
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
      ModelDescription model,
      NamedTensors weights,
      Precision precision,
      ConvolutionAlgorithm convolutions,
      float temperature) {
    DataFormat format = model.network().dataFormat();
    tf.withName(LABELS_ASSET).constant(LABELS_FILE);
    Operand<TString> examples =
        tf.withName("examples").placeholder(TString.class, Placeholder.shape(Shape.of(-1)));
    Operand<TString> files =
        tf.withName(Signatures.IMAGE_BYTES)
            .placeholderWithDefault(PictureExamples.files(tf, examples), Shape.of(-1));
    Operand<TUint8> pixels =
        tf.withName(Signatures.IMAGE)
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
            precision,
            convolutions,
            images);
    Operand<TFloat32> features = tf.withName(Signatures.FEATURES).identity(network.features());
    Operand<TFloat32> probabilities =
        tf.withName(Signatures.PROBABILITIES).nn.softmax(divided(network.logits(), temperature));
    Operand<TFloat32> plain =
        temperature == 1 ? probabilities : tf.withName("uncalibrated").nn.softmax(network.logits());
    Operand<TInt64> classId =
        tf.withName(Signatures.CLASS_ID)
            .math
            .argMax(network.logits(), tf.constant(1), TInt64.class);
    Operand<TString> names =
        tf.constant(NdArrays.vectorOfObjects(model.classNames().toArray(String[]::new)));
    Operand<TString> label = tf.withName(Signatures.LABEL).gather(names, classId, tf.constant(0));
    Operand<TString> classes =
        tf.withName(Signatures.CLASSES).broadcastTo(names, tf.shape(probabilities));

    Map<String, Operand<?>> answers = new LinkedHashMap<>();
    answers.put(Signatures.PROBABILITIES, probabilities);
    answers.put(Signatures.CLASS_ID, classId);
    answers.put(Signatures.LABEL, label);
    return Map.of(
        Signatures.SERVING_DEFAULT, predict(Signatures.IMAGE, pixels, answers),
        Signatures.IMAGE_BYTES, predict(Signatures.IMAGE_BYTES, files, answers),
        Signatures.FEATURES,
            predict(Signatures.IMAGE, pixels, Map.of(Signatures.FEATURES, features)),
        Signatures.KERAS,
            predict(Signatures.IMAGE, images, Map.of(Signatures.PROBABILITIES, plain)),
        Signatures.CLASSIFY,
            signature(
                CLASSIFY_METHOD,
                Signatures.INPUTS,
                examples,
                Map.of(Signatures.CLASSES, classes, Signatures.SCORES, probabilities)));
  }

  private Operand<TFloat32> divided(Operand<TFloat32> logits, float temperature) {
    return temperature == 1 ? logits : tf.math.div(logits, tf.constant(temperature));
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
