package org.wideresnet.export.serve;

import static org.wideresnet.export.serve.RequestException.invalid;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.tensorflow.ndarray.Shape;

/** The outputs of a model as the body of an answer. */
final class PredictionJson {
  private PredictionJson() {}

  /** Returns one value, or one object, for each index of the first dimension. */
  static Answer rows(Map<String, TensorJson> outputs) throws RequestException {
    List<Long> sizes =
        outputs.values().stream()
            .map(TensorJson::shape)
            .map(shape -> shape.numDimensions() == 0 ? -1 : shape.get(0))
            .distinct()
            .toList();
    if (sizes.size() != 1 || sizes.get(0) < 0) {
      throw invalid("Outputs %s have inconsistent batch sizes: %s", outputs.keySet(), sizes);
    }
    return Answer.json(
        200,
        json -> {
          json.writeArrayFieldStart("predictions");
          for (int i = 0; i < sizes.get(0); i++) {
            int row = i;
            writeAll(json, outputs, output -> output.writeRow(json, row));
          }
          json.writeEndArray();
        });
  }

  /** Returns each output as a whole. */
  static Answer columns(Map<String, TensorJson> outputs) {
    return Answer.json(
        200,
        json -> {
          json.writeFieldName("outputs");
          writeAll(json, outputs, output -> output.write(json));
        });
  }

  /**
   * Returns a list of pairs of label and score for each example.
   *
   * @param outputs {@code classes} and {@code scores}, {@code [examples, classes]} each; one of
   *     them may be missing
   */
  static Answer classifications(Map<String, TensorJson> outputs) throws RequestException {
    List<Shape> shapes = outputs.values().stream().map(TensorJson::shape).distinct().toList();
    if (shapes.size() != 1 || shapes.get(0).numDimensions() != 2) {
      throw invalid("Expected Tensor shape: [batch_size num_classes] but got %s", shapes);
    }
    TensorJson classes = outputs.get("classes");
    TensorJson scores = outputs.get("scores");
    int columns = Math.toIntExact(shapes.get(0).get(1));
    return Answer.json(
        200,
        json -> {
          json.writeArrayFieldStart("results");
          for (int i = 0; i < shapes.get(0).size(); i++) {
            if (i % columns == 0) {
              json.writeStartArray();
            }
            json.writeStartArray();
            if (classes == null) {
              json.writeString("");
            } else {
              classes.writeValue(json, i);
            }
            if (scores == null) {
              json.writeNumber(0f);
            } else {
              scores.writeValue(json, i);
            }
            json.writeEndArray();
            if ((i + 1) % columns == 0) {
              json.writeEndArray();
            }
          }
          json.writeEndArray();
        });
  }

  /** Writes a part of an output. */
  private interface Part {
    void write(TensorJson output) throws IOException;
  }

  /** Several outputs make an object; the name of a single one is left out. */
  private static void writeAll(JsonGenerator json, Map<String, TensorJson> outputs, Part part)
      throws IOException {
    if (outputs.size() == 1) {
      part.write(outputs.values().iterator().next());
      return;
    }
    json.writeStartObject();
    for (Map.Entry<String, TensorJson> output : outputs.entrySet()) {
      json.writeFieldName(output.getKey());
      part.write(output.getValue());
    }
    json.writeEndObject();
  }
}
