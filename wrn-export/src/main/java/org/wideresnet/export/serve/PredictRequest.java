package org.wideresnet.export.serve;

import static org.wideresnet.export.serve.RequestException.invalid;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
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
  private boolean inRows;
  private boolean inColumns;
  private int rows;

  private PredictRequest(SignatureDef signature) {
    this.signature = signature;
    signature
        .getInputsMap()
        .forEach((name, info) -> inputs.put(name, new JsonTensor(info.getDtype())));
  }

  /**
   * Reads a request.
   *
   * @param signatures what there is to ask for
   * @throws RequestException if it is none, or does not fit the signature
   */
  static PredictRequest parse(byte[] body, Map<String, SignatureDef> signatures)
      throws RequestException {
    String name = JsonBody.signatureName(body);
    SignatureDef signature = signatures.get(name);
    if (signature == null) {
      throw invalid("Serving signature name: \"%s\" not found in signature def", name);
    }
    PredictRequest request = new PredictRequest(signature);
    JsonBody.read(body, request::readField);
    if (!request.inRows && !request.inColumns) {
      throw invalid("Missing 'inputs' or 'instances' key");
    }
    return request;
  }

  /** Returns the signature that is asked for. */
  SignatureDef signature() {
    return signature;
  }

  /** Returns whether the answer goes in row format. */
  boolean inRows() {
    return inRows;
  }

  /** Returns the inputs by name. */
  Map<String, JsonTensor> inputs() {
    return inputs;
  }

  /** Returns the shape of an input. */
  Shape shape(JsonTensor input) {
    return inRows ? input.pieceShape().prepend(rows) : input.pieceShape();
  }

  private void readField(String name, JsonParser json) throws IOException, RequestException {
    boolean isRows = name.equals("instances");
    if (!isRows && !name.equals("inputs")) {
      json.skipChildren();
      return;
    }
    if (inRows || inColumns) {
      throw invalid(
          "Not formatted correctly expecting only one of 'inputs' or 'instances' keys to exist");
    }
    inRows = isRows;
    inColumns = !isRows;
    if (isRows) {
      readRows(json);
    } else {
      readPiece(json);
    }
  }

  private void readRows(JsonParser json) throws IOException, RequestException {
    if (!json.isExpectedStartArrayToken()) {
      throw invalid("Expecting 'instances' to be an list/array");
    }
    while (json.nextToken() != JsonToken.END_ARRAY) {
      try {
        readPiece(json);
      } catch (RequestException e) {
        throw new RequestException(
            e.status(),
            "Failed to process element: %d of 'instances' list. Error: INVALID_ARGUMENT: %s"
                .formatted(rows, e.getMessage()));
      }
      rows++;
    }
    if (rows == 0) {
      throw invalid("No values in 'instances' array");
    }
  }

  /** Reads a value of the one input, or an object with one of each. */
  private void readPiece(JsonParser json) throws IOException, RequestException {
    if (!json.isExpectedStartObjectToken()) {
      only().read(json);
    } else if ("b64".equals(json.nextFieldName())) {
      only().readBase64(json);
    } else {
      readNamed(json);
    }
  }

  /** Reads one piece of each input; {@code json} stands at the first name. */
  private void readNamed(JsonParser json) throws IOException, RequestException {
    Set<String> missing = new HashSet<>(inputs.keySet());
    for (; json.hasToken(JsonToken.FIELD_NAME); json.nextToken()) {
      String name = json.currentName();
      if (!missing.remove(name)) {
        throw invalid("JSON object: does not have named input: %s", name);
      }
      json.nextToken();
      inputs.get(name).read(json);
    }
    if (!missing.isEmpty()) {
      throw invalid("JSON object: keys must be equal to: %s", String.join(",", inputs.keySet()));
    }
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
