package org.wideresnet.export.write;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;
import org.wideresnet.export.graph.PictureExamples;
import org.wideresnet.export.graph.Signatures;

/**
 * Requests that TensorFlow Serving answers before it calls a version available, so that no user
 * waits while TensorFlow optimises the graph: one of a single image and one of a batch for each
 * signature. The file is a TFRecord of {@code PredictionLog} messages; their few fields are written
 * by number, as no Java library has these messages.
 */
final class WarmupRequests {
  /** Where TensorFlow Serving looks for it, in the folder of a version. */
  static final String FILE = "assets.extra/tf_serving_warmup_requests";

  private static final int[] BATCH_SIZES = {1, 16};
  private static final byte[] MODEL_NAME = "wrn".getBytes(UTF_8);

  private static final int PREDICTION_LOG_CLASSIFY_LOG = 2;
  private static final int PREDICTION_LOG_PREDICT_LOG = 6;
  private static final int LOG_REQUEST = 1;
  private static final int REQUEST_MODEL_SPEC = 1;
  private static final int CLASSIFICATION_REQUEST_INPUT = 2;
  private static final int INPUT_EXAMPLE_LIST = 1;
  private static final int EXAMPLE_LIST_EXAMPLES = 1;
  private static final int PREDICT_REQUEST_INPUTS = 2;
  private static final int MODEL_SPEC_NAME = 1;
  private static final int MODEL_SPEC_SIGNATURE_NAME = 3;
  private static final int MAP_KEY = 1;
  private static final int MAP_VALUE = 2;

  private WarmupRequests() {}

  /**
   * Writes the file.
   *
   * @param folder the folder of the version
   * @param signatures those of the version, with one input each
   */
  static void write(Path folder, Map<String, SignatureDef> signatures) throws IOException {
    Path file = folder.resolve(FILE);
    Files.createDirectories(file.getParent());
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      for (Map.Entry<String, SignatureDef> signature : new TreeMap<>(signatures).entrySet()) {
        for (int batchSize : BATCH_SIZES) {
          TfRecords.write(out, request(signature.getKey(), signature.getValue(), batchSize));
        }
      }
    }
  }

  private static byte[] request(String name, SignatureDef signature, int batchSize)
      throws IOException {
    byte[] modelSpec =
        field(
            REQUEST_MODEL_SPEC,
            join(
                field(MODEL_SPEC_NAME, MODEL_NAME),
                field(MODEL_SPEC_SIGNATURE_NAME, name.getBytes(UTF_8))));
    boolean isClassify = name.equals(Signatures.CLASSIFY);
    byte[] request =
        join(modelSpec, isClassify ? examples(batchSize) : inputs(signature, batchSize));
    return field(
        isClassify ? PREDICTION_LOG_CLASSIFY_LOG : PREDICTION_LOG_PREDICT_LOG,
        field(LOG_REQUEST, request));
  }

  private static byte[] examples(int batchSize) throws IOException {
    byte[] examples = {};
    for (byte[] file : SamplePictures.pngFiles(batchSize)) {
      byte[] example = PictureExamples.of(file).toByteArray();
      examples = join(examples, field(EXAMPLE_LIST_EXAMPLES, example));
    }
    return field(CLASSIFICATION_REQUEST_INPUT, field(INPUT_EXAMPLE_LIST, examples));
  }

  private static byte[] inputs(SignatureDef signature, int batchSize) throws IOException {
    Map.Entry<String, TensorInfo> input = signature.getInputsMap().entrySet().iterator().next();
    return field(
        PREDICT_REQUEST_INPUTS,
        join(
            field(MAP_KEY, input.getKey().getBytes(UTF_8)),
            field(MAP_VALUE, batch(input.getValue(), batchSize).toByteArray())));
  }

  private static TensorProto batch(TensorInfo input, int batchSize) {
    TensorShapeProto.Builder shape = input.getTensorShape().toBuilder();
    shape.getDimBuilder(0).setSize(batchSize);
    TensorProto.Builder tensor =
        TensorProto.newBuilder().setDtype(input.getDtype()).setTensorShape(shape);
    switch (input.getDtype()) {
      case DT_STRING ->
          SamplePictures.pngFiles(batchSize)
              .forEach(file -> tensor.addStringVal(ByteString.copyFrom(file)));
      case DT_UINT8 ->
          tensor.setTensorContent(ByteString.copyFrom(SamplePictures.pixels(batchSize)));
      case DT_FLOAT ->
          tensor.setTensorContent(ByteString.copyFrom(floats(SamplePictures.pixels(batchSize))));
      default -> throw new IllegalArgumentException("No sample of " + input.getDtype() + ".");
    }
    return tensor.build();
  }

  /** Pixels as numbers from -1 to 1, much like normalised ones. */
  private static byte[] floats(byte[] pixels) {
    ByteBuffer floats =
        ByteBuffer.allocate(pixels.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (byte pixel : pixels) {
      floats.putFloat(((pixel & 255) - 127.5f) / 127.5f);
    }
    return floats.array();
  }

  private static byte[] field(int number, byte[] value) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    out.writeByteArray(number, value);
    out.flush();
    return bytes.toByteArray();
  }

  private static byte[] join(byte[] first, byte[] second) {
    return ByteBuffer.allocate(first.length + second.length).put(first).put(second).array();
  }
}
