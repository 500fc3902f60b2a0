package org.wideresnet.export.serve;

import static org.wideresnet.export.serve.RequestException.invalid;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.ByteDataBuffer;
import org.tensorflow.types.TString;
import org.wideresnet.export.graph.Signatures;

/**
 * An output of a model on its way into the body of an answer.
 *
 * @param shape the shape of the tensor
 * @param json its values in nested lists
 */
record OutputJson(Shape shape, JsonNode json) {
  /**
   * Takes the values of a tensor, which may be closed afterwards.
   *
   * @param name the name of the output; {@code _bytes} at its end asks for base64
   * @throws RequestException if there is no JSON for its type
   */
  static OutputJson of(String name, Tensor tensor) throws RequestException {
    Iterator<JsonNode> values = values(tensor, name.endsWith("_bytes")).iterator();
    return new OutputJson(tensor.shape(), nested(tensor.shape(), 0, values));
  }

  /** Returns one value, or one object, for each index of the first dimension. */
  static JsonNode rows(Map<String, OutputJson> outputs) throws RequestException {
    List<Integer> sizes =
        outputs.values().stream()
            .map(output -> output.json.isArray() ? output.json.size() : -1)
            .distinct()
            .toList();
    if (sizes.size() != 1 || sizes.get(0) < 0) {
      throw invalid("Outputs %s have inconsistent batch sizes: %s", outputs.keySet(), sizes);
    }
    ObjectNode body = Answer.NODES.objectNode();
    ArrayNode rows = body.putArray("predictions");
    for (int i = 0; i < sizes.get(0); i++) {
      int row = i;
      rows.add(all(outputs, output -> output.json.get(row)));
    }
    return body;
  }

  /** Returns each output as a whole. */
  static JsonNode columns(Map<String, OutputJson> outputs) {
    return Answer.NODES.objectNode().set("outputs", all(outputs, OutputJson::json));
  }

  /**
   * Returns a list of pairs of label and score for each example.
   *
   * @param outputs {@code classes} and {@code scores}, {@code [examples, classes]} each; one of
   *     them may be missing
   */
  static JsonNode classifications(Map<String, OutputJson> outputs) throws RequestException {
    List<Shape> shapes = outputs.values().stream().map(OutputJson::shape).distinct().toList();
    if (shapes.size() != 1 || shapes.get(0).numDimensions() != 2) {
      throw invalid("Expected Tensor shape: [batch_size num_classes] but got %s", shapes);
    }
    OutputJson classes = outputs.get(Signatures.CLASSES);
    OutputJson scores = outputs.get(Signatures.SCORES);
    ObjectNode body = Answer.NODES.objectNode();
    ArrayNode results = body.putArray("results");
    for (int row = 0; row < shapes.get(0).get(0); row++) {
      ArrayNode pairs = results.addArray();
      for (int column = 0; column < shapes.get(0).get(1); column++) {
        ArrayNode pair = pairs.addArray();
        pair.add(classes == null ? pair.textNode("") : classes.json.get(row).get(column));
        pair.add(scores == null ? pair.numberNode(0f) : scores.json.get(row).get(column));
      }
    }
    return body;
  }

  /** Several outputs make an object; the name of a single one is left out. */
  private static JsonNode all(
      Map<String, OutputJson> outputs, Function<OutputJson, JsonNode> part) {
    if (outputs.size() == 1) {
      return part.apply(outputs.values().iterator().next());
    }
    ObjectNode object = Answer.NODES.objectNode();
    outputs.forEach((name, output) -> object.set(name, part.apply(output)));
    return object;
  }

  private static JsonNode nested(Shape shape, int dimension, Iterator<JsonNode> values) {
    if (dimension == shape.numDimensions()) {
      return values.next();
    }
    ArrayNode list = Answer.NODES.arrayNode();
    for (int i = 0; i < shape.get(dimension); i++) {
      list.add(nested(shape, dimension + 1, values));
    }
    return list;
  }

  private static Stream<JsonNode> values(Tensor tensor, boolean base64) throws RequestException {
    if (tensor instanceof TString strings) {
      return strings.asBytes().streamOfObjects().map(value -> string(value, base64));
    }
    ByteDataBuffer data = tensor.asRawTensor().data();
    IntStream indices = IntStream.range(0, Math.toIntExact(tensor.shape().size()));
    return switch (tensor.dataType()) {
      case DT_FLOAT -> indices.mapToObj(i -> Answer.NODES.numberNode(data.asFloats().getFloat(i)));
      case DT_DOUBLE ->
          indices.mapToObj(i -> Answer.NODES.numberNode(data.asDoubles().getDouble(i)));
      case DT_INT32 -> indices.mapToObj(i -> Answer.NODES.numberNode(data.asInts().getInt(i)));
      case DT_INT64 -> indices.mapToObj(i -> Answer.NODES.numberNode(data.asLongs().getLong(i)));
      case DT_UINT8 -> indices.mapToObj(i -> Answer.NODES.numberNode(data.getByte(i) & 0xFF));
      case DT_BOOL -> indices.mapToObj(i -> Answer.NODES.booleanNode(data.getByte(i) != 0));
      default -> throw invalid("Failed to write JSON value for tensor type: %s", tensor.dataType());
    };
  }

  private static JsonNode string(byte[] value, boolean base64) {
    return base64
        ? Answer.NODES.objectNode().put("b64", value)
        : Answer.NODES.textNode(new String(value, StandardCharsets.UTF_8));
  }
}
