package org.wideresnet.export.serve;

import static org.wideresnet.export.serve.RequestException.invalid;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.TreeMap;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.SignatureDef;

/**
 * The body of a {@code :predict} request: {@code signature_name}, and the inputs in row format
 * ({@code instances}) or in column format ({@code inputs}).
 */
final class PredictRequest {
  private final SignatureDef signature;
  private final Map<String, JsonTensor> inputs = new TreeMap<>();
  private final JsonNode rows;

  /** Makes a request; {@code rows} is missing in column format. */
  private PredictRequest(SignatureDef signature, JsonNode rows) {
    this.signature = signature;
    this.rows = rows;
    signature
        .getInputsMap()
        .forEach((name, info) -> inputs.put(name, new JsonTensor(info.getDtype())));
  }

  /**
   * Reads a request.
   *
   * @param signatures what there is to ask for
   * @throws RequestException if it is not one, or does not fit the signature
   */
  static PredictRequest parse(JsonBody body, Map<String, SignatureDef> signatures)
      throws RequestException {
    String name = body.signatureName();
    SignatureDef signature = signatures.get(name);
    if (signature == null) {
      throw invalid("Serving signature name: \"%s\" not found in signature def", name);
    }
    JsonNode rows = body.object().path("instances");
    JsonNode columns = body.object().path("inputs");
    if (rows.isMissingNode() && columns.isMissingNode()) {
      throw invalid("Missing 'inputs' or 'instances' key");
    }
    if (!rows.isMissingNode() && !columns.isMissingNode()) {
      throw invalid(
          "Not formatted correctly expecting only one of 'inputs' or 'instances' keys to exist");
    }
    PredictRequest request = new PredictRequest(signature, rows);
    if (rows.isMissingNode()) {
      request.read(columns);
    } else {
      request.readRows();
    }
    return request;
  }

  /** Returns the signature that is asked for. */
  SignatureDef signature() {
    return signature;
  }

  /** Returns whether the answer goes in row format. */
  boolean inRows() {
    return !rows.isMissingNode();
  }

  /** Returns the inputs by name. */
  Map<String, JsonTensor> inputs() {
    return inputs;
  }

  /** Returns the shape of an input. */
  Shape shape(JsonTensor input) {
    return inRows() ? input.pieceShape().prepend(rows.size()) : input.pieceShape();
  }

  private void readRows() throws RequestException {
    if (!rows.isArray()) {
      throw invalid("Expecting 'instances' to be an list/array");
    }
    if (rows.isEmpty()) {
      throw invalid("No values in 'instances' array");
    }
    boolean areNamed = isNamed(rows.get(0));
    int row = 0;
    for (JsonNode piece : rows) {
      if (isNamed(piece) != areNamed) {
        throw invalid(
            "Expecting %s at item %d of input list",
            areNamed ? "object but got list" : "value/list but got object", row);
      }
      try {
        read(piece);
      } catch (RequestException e) {
        throw new RequestException(
            e.status(),
            "Failed to process element: %d of 'instances' list. Error: INVALID_ARGUMENT: %s"
                .formatted(row, e.getMessage()));
      }
      row++;
    }
  }

  /** Reads a value of the one input, or an object with one of each. */
  private void read(JsonNode piece) throws RequestException {
    if (!isNamed(piece)) {
      only().add(piece);
      return;
    }
    for (Map.Entry<String, JsonNode> value : piece.properties()) {
      if (!inputs.containsKey(value.getKey())) {
        throw invalid("JSON object: does not have named input: %s", value.getKey());
      }
      inputs.get(value.getKey()).add(value.getValue());
    }
    if (piece.size() < inputs.size()) {
      throw invalid("JSON object: keys must be equal to: %s", String.join(",", inputs.keySet()));
    }
  }

  /** Says whether inputs are named in a piece, instead of one value being given. */
  private static boolean isNamed(JsonNode piece) {
    return piece.isObject() && !piece.has("b64");
  }

  private JsonTensor only() throws RequestException {
    if (inputs.size() != 1) {
      throw invalid(
          "Plain value/list, but expecting an object as the signature has the inputs: %s",
          String.join(",", inputs.keySet()));
    }
    return inputs.values().iterator().next();
  }
}
