package org.wideresnet.export.serve;

import static org.wideresnet.export.serve.RequestException.invalid;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.tensorflow.proto.Example;
import org.tensorflow.proto.Feature;
import org.tensorflow.proto.Features;

/** The body of a {@code :classify} request: {@code examples}, and what they have in common. */
final class ClassifyRequest {
  private final List<Example> examples = new ArrayList<>();
  private Example context = Example.getDefaultInstance();
  private boolean hasExamples;

  private ClassifyRequest() {}

  /**
   * Reads the examples of a request.
   *
   * @return at least one, with the context in each
   */
  static List<Example> parse(byte[] body) throws RequestException {
    ClassifyRequest request = new ClassifyRequest();
    JsonBody.read(body, request::readField);
    if (!request.hasExamples) {
      throw invalid("When method is classify, key 'examples' is expected and was not found");
    }
    if (request.examples.isEmpty()) {
      throw invalid("'examples' value is an empty array");
    }
    return request.examples.stream()
        .map(example -> request.context.toBuilder().mergeFrom(example).build())
        .toList();
  }

  private void readField(String name, JsonParser json) throws IOException, RequestException {
    switch (name) {
      case "context" -> context = example(json);
      case "examples" -> {
        if (!json.isExpectedStartArrayToken()) {
          throw invalid("Expecting 'examples' value to be an list/array");
        }
        hasExamples = true;
        while (json.nextToken() != JsonToken.END_ARRAY) {
          examples.add(example(json));
        }
      }
      default -> json.skipChildren();
    }
  }

  private static Example example(JsonParser json) throws IOException, RequestException {
    if (!json.isExpectedStartObjectToken()) {
      throw invalid("Example must be JSON object");
    }
    Features.Builder features = Features.newBuilder();
    for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
      Feature.Builder feature = Feature.newBuilder();
      json.nextToken();
      if (json.isExpectedStartArrayToken()) {
        while (json.nextToken() != JsonToken.END_ARRAY) {
          add(name, json, feature);
        }
      } else {
        add(name, json, feature);
      }
      features.putFeature(name, feature.build());
    }
    return Example.newBuilder().setFeatures(features).build();
  }

  private static void add(String name, JsonParser json, Feature.Builder feature)
      throws IOException, RequestException {
    switch (json.currentToken()) {
      case VALUE_STRING -> {
        require(name, feature, Feature.KindCase.BYTES_LIST);
        feature.getBytesListBuilder().addValue(ByteString.copyFromUtf8(json.getText()));
      }
      case START_OBJECT -> {
        require(name, feature, Feature.KindCase.BYTES_LIST);
        json.nextToken();
        feature.getBytesListBuilder().addValue(ByteString.copyFrom(TensorValues.base64(json)));
      }
      case VALUE_NUMBER_FLOAT -> {
        require(name, feature, Feature.KindCase.FLOAT_LIST);
        feature.getFloatListBuilder().addValue(json.getFloatValue());
      }
      case VALUE_NUMBER_INT -> {
        require(name, feature, Feature.KindCase.INT64_LIST);
        feature.getInt64ListBuilder().addValue(json.getLongValue());
      }
      case VALUE_TRUE, VALUE_FALSE -> {
        require(name, feature, Feature.KindCase.INT64_LIST);
        feature.getInt64ListBuilder().addValue(json.getBooleanValue() ? 1 : 0);
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
