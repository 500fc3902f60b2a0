package org.wideresnet.export.serve;

import static org.wideresnet.export.serve.RequestException.invalid;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.proto.TensorShapeProto;

/**
 * TensorFlow Serving's REST API.
 *
 * @param modelName the name of the model in paths
 * @param versions what answers
 */
record RestApi(String modelName, ServedVersions versions) {
  private static final Pattern MODEL =
      path("(?:/([^/:]+))?(?:/versions/(\\d+)|/labels/([^/:]+))?(?:/(metadata))?");
  private static final Pattern METHOD =
      path("/([^/:]+)(?:/versions/(\\d+)|/labels/([^/:]+))?:(classify|regress|predict)");

  private static Pattern path(String rest) {
    return Pattern.compile("/v1/models" + rest, Pattern.CASE_INSENSITIVE);
  }

  /** Returns the status or the metadata of a model. */
  Answer get(String path) throws RequestException {
    Matcher matcher = match(MODEL, "GET", path);
    if (matcher.group(1) == null) {
      throw invalid("Missing model name in request.");
    }
    String name = decode(matcher.group(1));
    if (matcher.group(4) != null) {
      return withModel(name, version(matcher), this::metadata);
    }
    if (!name.equals(modelName)) {
      throw new RequestException(404, "Could not find any versions of model " + name);
    }
    Map<Long, ServedVersions.State> states = versions.states();
    // As in TensorFlow Serving a label is not looked at: there is the state of all versions.
    Long version = matcher.group(3) == null ? version(matcher) : null;
    if (version != null) {
      ServedVersions.State state = states.get(version);
      if (state == null) {
        throw new RequestException(
            404, "Could not find version %d of model %s".formatted(version, name));
      }
      states = Map.of(version, state);
    }
    return status(states);
  }

  /** Returns what a model answers. */
  Answer post(String path, byte[] body) throws RequestException {
    Matcher matcher = match(METHOD, "POST", path);
    return withModel(
        decode(matcher.group(1)),
        version(matcher),
        model ->
            switch (matcher.group(4).toLowerCase(Locale.ROOT)) {
              case "predict" -> predict(new Predictor(model), body);
              case "classify" -> classify(new Predictor(model), body);
              default -> throw invalid("The model has no regression signature.");
            });
  }

  private static Answer predict(Predictor predictor, byte[] body) throws RequestException {
    PredictRequest request =
        PredictRequest.parse(JsonBody.parse(body), predictor.model().signatures());
    Map<String, OutputJson> outputs = predictor.predict(request);
    return Answer.json(
        200, request.inRows() ? OutputJson.rows(outputs) : OutputJson.columns(outputs));
  }

  private static Answer classify(Predictor predictor, byte[] bytes) throws RequestException {
    JsonBody body = JsonBody.parse(bytes);
    Map<String, OutputJson> outputs = predictor.classify(body.signatureName(), body.examples());
    return Answer.json(200, OutputJson.classifications(outputs));
  }

  /** Returns the {@code GetModelStatusResponse}. */
  private static Answer status(Map<Long, ServedVersions.State> states) {
    ObjectNode body = Answer.NODES.objectNode();
    ArrayNode list = body.putArray("model_version_status");
    states.forEach(
        (version, state) -> {
          ObjectNode entry = list.addObject();
          entry.put("version", version.toString()).put("state", state.name());
          entry
              .putObject("status")
              .put("error_code", state.error().isEmpty() ? "OK" : "INVALID_ARGUMENT")
              .put("error_message", state.error());
        });
    return Answer.json(200, body);
  }

  /** Returns the {@code GetModelMetadataResponse}. */
  private Answer metadata(ServedModel model) {
    ObjectNode body = Answer.NODES.objectNode();
    body.putObject("model_spec")
        .put("name", modelName)
        .put("signature_name", "")
        .put("version", Long.toString(model.version()));
    ObjectNode signatures =
        body.putObject("metadata").putObject("signature_def").putObject("signature_def");
    new TreeMap<>(model.signatures())
        .forEach(
            (name, signature) -> {
              ObjectNode entry = signatures.putObject(name);
              entry.set("inputs", tensors(signature.getInputsMap()));
              entry.set("outputs", tensors(signature.getOutputsMap()));
              entry.put("method_name", signature.getMethodName()).putObject("defaults");
            });
    return Answer.json(200, body);
  }

  private static ObjectNode tensors(Map<String, TensorInfo> tensors) {
    ObjectNode object = Answer.NODES.objectNode();
    new TreeMap<>(tensors)
        .forEach(
            (name, tensor) -> {
              ObjectNode entry = object.putObject(name).put("dtype", tensor.getDtype().name());
              ObjectNode shape = entry.putObject("tensor_shape");
              ArrayNode dims = shape.putArray("dim");
              for (TensorShapeProto.Dim dim : tensor.getTensorShape().getDimList()) {
                dims.addObject()
                    .put("size", Long.toString(dim.getSize()))
                    .put("name", dim.getName());
              }
              shape.put("unknown_rank", tensor.getTensorShape().getUnknownRank());
              entry.put("name", tensor.getName());
            });
    return object;
  }

  /** Asks a model. */
  private interface Question {
    Answer ask(ServedModel model) throws RequestException;
  }

  private Answer withModel(String name, Long version, Question question) throws RequestException {
    ServedModel model = name.equals(modelName) ? versions.enter(version) : null;
    if (model == null) {
      throw new RequestException(
          404,
          "Servable not found for request: "
              + (version == null
                  ? "Latest(%s)".formatted(name)
                  : "Specific(%s, %d)".formatted(name, version)));
    }
    try {
      return question.ask(model);
    } finally {
      model.leave();
    }
  }

  private static Matcher match(Pattern pattern, String method, String path)
      throws RequestException {
    Matcher matcher = pattern.matcher(path);
    if (!matcher.matches()) {
      throw invalid("Malformed request: %s %s", method, path);
    }
    return matcher;
  }

  /**
   * Labels are given to versions in the configuration of TensorFlow Serving; there are none here.
   */
  private static Long version(Matcher matcher) throws RequestException {
    if (matcher.group(3) != null) {
      throw invalid("Unrecognized servable version label: %s", decode(matcher.group(3)));
    }
    String version = matcher.group(2);
    try {
      return version == null ? null : Long.valueOf(version);
    } catch (NumberFormatException e) {
      throw invalid("Failed to convert version: %s to numeric.", version);
    }
  }

  private static String decode(String text) throws RequestException {
    try {
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw invalid("Failed to decode model name:%s", text);
    }
  }
}
