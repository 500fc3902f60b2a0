package org.wideresnet.export.serve;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.tensorflow.Result;
import org.tensorflow.Tensor;
import org.tensorflow.exceptions.TFInvalidArgumentException;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.types.TString;
import org.wideresnet.export.graph.Signatures;
import org.wideresnet.export.graph.Tensors;
import org.wideresnet.export.load.PictureFile;

/**
 * The page on which people drop pictures, and what it asks the server for.
 *
 * @param versions what answers
 */
record PicturePage(ServedVersions versions) {
  /** The page holds its own style and script, and may ask this server alone. */
  static final String POLICY =
      "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline';"
          + " img-src blob: data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'";

  /** Returns the page; it needs nothing else from anywhere. */
  static Answer html() throws IOException {
    try (InputStream page = PicturePage.class.getResourceAsStream("page.html")) {
      return new Answer(200, "text/html; charset=utf-8", page.readAllBytes());
    }
  }

  /**
   * Classifies a picture, and returns its pixels as they enter the network: the tensor that the
   * signature for files computes on its way, and that the signature for pixels is fed with.
   *
   * @param file the bytes of a PNG or JPEG file
   */
  Answer classify(byte[] file) throws RequestException {
    ServedModel model = versions.enter(null);
    if (model == null) {
      throw new RequestException(503, "The server is shutting down.");
    }
    try {
      return classify(file, model);
    } finally {
      model.leave();
    }
  }

  private static Answer classify(byte[] file, ServedModel model) throws RequestException {
    SignatureDef files = model.signatures().get(Signatures.IMAGE_BYTES);
    SignatureDef pixels = model.signatures().get(Signatures.SERVING_DEFAULT);
    if (files == null || pixels == null || !files.containsOutputs(Signatures.PROBABILITIES)) {
      throw RequestException.invalid("This model has no signature that takes picture files.");
    }
    PictureFile.require(file, "The picture");
    List<String> fetches =
        List.of(
            pixels.getInputsMap().values().iterator().next().getName(),
            files.getOutputsOrThrow(Signatures.PROBABILITIES).getName());
    long start = System.nanoTime();
    try (TString batch = Tensors.strings(List.of(file));
        Result result =
            model.run(
                Map.of(files.getInputsMap().values().iterator().next().getName(), batch),
                fetches)) {
      double milliseconds = (System.nanoTime() - start) / 1e6;
      ObjectNode body = Answer.NODES.objectNode();
      body.put("version", model.version()).put("milliseconds", milliseconds);
      putPixels(body, result.get(0));
      putPredictions(body, result.get(1), model.labels());
      return Answer.json(200, body);
    } catch (TFInvalidArgumentException e) {
      throw RequestException.invalid("The picture cannot be decoded; it is damaged or cut off.");
    }
  }

  private static void putPixels(ObjectNode body, Tensor images) {
    byte[] pixels = new byte[Math.toIntExact(images.shape().size())];
    images.asRawTensor().data().read(pixels);
    body.put("height", images.shape().get(1)).put("width", images.shape().get(2));
    body.put("rgb", pixels);
  }

  private static void putPredictions(ObjectNode body, Tensor probabilities, List<String> labels) {
    float[] values = Tensors.values(probabilities);
    ArrayNode predictions = body.putArray("predictions");
    IntStream.range(0, values.length)
        .boxed()
        .sorted(Comparator.comparingDouble(classId -> -values[classId]))
        .forEach(
            classId ->
                predictions
                    .addObject()
                    .put("class_id", classId)
                    .put(
                        "label", classId < labels.size() ? labels.get(classId) : "class " + classId)
                    .put("probability", values[classId]));
  }
}
