package org.wideresnet.export.serve;

import static org.wideresnet.export.serve.RequestException.invalid;

import com.fasterxml.jackson.core.Base64Variants;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.tensorflow.proto.Example;
import org.tensorflow.proto.Feature;
import org.tensorflow.proto.Features;
import org.wideresnet.export.graph.Signatures;

/**
 * The JSON object that the body of a request is.
 *
 * @param object the object
 */
record JsonBody(JsonNode object) {
  private static final int SHOWN = 200;

  /**
   * Reads a body.
   *
   * @throws RequestException if it is not a JSON object
   */
  static JsonBody parse(byte[] body) throws RequestException {
    JsonNode object;
    try {
      object = Answer.JSON.readTree(body);
    } catch (StreamConstraintsException e) { // which knows no place
      throw invalid("JSON Parse error: %s", e.getOriginalMessage().replaceFirst(", from `.*`", ""));
    } catch (JsonProcessingException e) {
      throw invalid(
          "JSON Parse error: %s at offset: %d",
          e.getOriginalMessage().replaceFirst(" \\(start marker at .*", ""),
          e.getLocation().getByteOffset());
    } catch (IOException e) {
      throw invalid("JSON Parse error: %s", e.getMessage()); // not UTF-8, 16 or 32
    }
    if (object.isMissingNode()) {
      throw invalid("JSON Parse error: The document is empty");
    }
    if (!object.isObject()) {
      throw invalid("JSON Value: %s Is not object", text(object));
    }
    return new JsonBody(object);
  }

  /** Returns the signature that is asked for: {@code serving_default} if none is named. */
  String signatureName() throws RequestException {
    JsonNode name = object.path("signature_name");
    if (!name.isMissingNode() && !name.isTextual()) {
      throw invalid(
          "JSON Value: {...} not formatted correctly. 'signature_name' key must be a string"
              + " value.");
    }
    return name.asText().isEmpty() ? Signatures.SERVING_DEFAULT : name.asText();
  }

  /**
   * Reads the examples of a {@code :classify} request.
   *
   * @return at least one, with the context in each
   */
  List<Example> examples() throws RequestException {
    Example context =
        object.has("context") ? example(object.get("context")) : Example.getDefaultInstance();
    JsonNode list = object.get("examples");
    if (list == null) {
      throw invalid("When method is classify, key 'examples' is expected and was not found");
    }
    if (!list.isArray()) {
      throw invalid("Expecting 'examples' value to be an list/array");
    }
    if (list.isEmpty()) {
      throw invalid("'examples' value is an empty array");
    }
    List<Example> examples = new ArrayList<>();
    for (JsonNode example : list) {
      examples.add(context.toBuilder().mergeFrom(example(example)).build());
    }
    return examples;
  }

  /** Returns what {@code {"b64": "..."}} stands for. */
  static byte[] base64(JsonNode object) throws RequestException {
    JsonNode text = object.path("b64");
    if (object.size() != 1 || !text.isTextual()) {
      throw invalid("JSON Value: {...} not formatted correctly for base64 data");
    }
    try {
      return Base64Variants.MIME_NO_LINEFEEDS.decode(text.textValue());
    } catch (IllegalArgumentException e) {
      throw invalid("Unable to base64 decode");
    }
  }

  /** Returns a value for a message. */
  static String text(JsonNode value) {
    if (value.isContainerNode()) {
      return value.isObject() ? "{...}" : "[...]";
    }
    String text = value.isNumber() ? value.asText().replace("E+", "e") : value.asText();
    text = text.length() > SHOWN ? text.substring(0, SHOWN) + "..." : text;
    return value.isTextual() ? '"' + text + '"' : text;
  }

  private static Example example(JsonNode json) throws RequestException {
    if (!json.isObject()) {
      throw invalid("Example must be JSON object");
    }
    Features.Builder features = Features.newBuilder();
    for (Map.Entry<String, JsonNode> field : json.properties()) {
      Feature.Builder feature = Feature.newBuilder();
      Iterable<JsonNode> values =
          field.getValue().isArray() ? field.getValue() : List.of(field.getValue());
      for (JsonNode value : values) {
        add(field.getKey(), value, feature);
      }
      features.putFeature(field.getKey(), feature.build());
    }
    return Example.newBuilder().setFeatures(features).build();
  }

  private static void add(String name, JsonNode value, Feature.Builder feature)
      throws RequestException {
    switch (value.getNodeType()) {
      case STRING -> {
        require(name, feature, Feature.KindCase.BYTES_LIST);
        feature.getBytesListBuilder().addValue(ByteString.copyFromUtf8(value.textValue()));
      }
      case OBJECT -> {
        require(name, feature, Feature.KindCase.BYTES_LIST);
        feature.getBytesListBuilder().addValue(ByteString.copyFrom(base64(value)));
      }
      case NUMBER -> {
        boolean isInteger = value.isIntegralNumber();
        require(
            name, feature, isInteger ? Feature.KindCase.INT64_LIST : Feature.KindCase.FLOAT_LIST);
        if (!isInteger) {
          feature.getFloatListBuilder().addValue(value.floatValue());
        } else if (value.canConvertToLong()) {
          feature.getInt64ListBuilder().addValue(value.longValue());
        } else {
          throw invalid("Feature: %s has the number %s out of range", name, text(value));
        }
      }
      case BOOLEAN -> {
        require(name, feature, Feature.KindCase.INT64_LIST);
        feature.getInt64ListBuilder().addValue(value.booleanValue() ? 1 : 0);
      }
      default -> throw invalid("Feature: %s has element with unexpected JSON type", name);
    }
  }

  private static void require(String name, Feature.Builder feature, Feature.KindCase kind)
      throws RequestException {
    Feature.KindCase first = feature.getKindCase();
    if (first != Feature.KindCase.KIND_NOT_SET && first != kind) {
      throw invalid(
          "Unexpected element type in feature: %s expecting type: %s",
          name, first.name().replace("_LIST", "").toLowerCase(Locale.ROOT));
    }
  }
}
