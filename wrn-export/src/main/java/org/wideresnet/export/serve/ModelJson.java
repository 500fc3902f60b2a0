package org.wideresnet.export.serve;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.proto.TensorShapeProto;

/** What TensorFlow Serving says of a model: the state of its versions, and its signatures. */
final class ModelJson {
  private ModelJson() {}

  /** Returns the {@code GetModelStatusResponse}. */
  static Answer status(Map<Long, ServedVersions.State> states) {
    return Answer.json(
        200,
        json -> {
          json.writeArrayFieldStart("model_version_status");
          for (Map.Entry<Long, ServedVersions.State> entry : states.entrySet()) {
            String error = entry.getValue().error();
            json.writeStartObject();
            json.writeStringField("version", entry.getKey().toString());
            json.writeStringField("state", entry.getValue().name());
            json.writeObjectFieldStart("status");
            json.writeStringField("error_code", error.isEmpty() ? "OK" : "INVALID_ARGUMENT");
            json.writeStringField("error_message", error);
            json.writeEndObject();
            json.writeEndObject();
          }
          json.writeEndArray();
        });
  }

  /** Returns the {@code GetModelMetadataResponse}. */
  static Answer metadata(String modelName, ServedModel model) {
    return Answer.json(
        200,
        json -> {
          json.writeObjectFieldStart("model_spec");
          json.writeStringField("name", modelName);
          json.writeStringField("signature_name", "");
          json.writeStringField("version", Long.toString(model.version()));
          json.writeEndObject();
          json.writeObjectFieldStart("metadata");
          json.writeObjectFieldStart("signature_def");
          json.writeObjectFieldStart("signature_def");
          for (Map.Entry<String, SignatureDef> entry :
              new TreeMap<>(model.signatures()).entrySet()) {
            json.writeObjectFieldStart(entry.getKey());
            writeTensors(json, "inputs", entry.getValue().getInputsMap());
            writeTensors(json, "outputs", entry.getValue().getOutputsMap());
            json.writeStringField("method_name", entry.getValue().getMethodName());
            json.writeObjectFieldStart("defaults");
            json.writeEndObject();
            json.writeEndObject();
          }
          json.writeEndObject();
          json.writeEndObject();
          json.writeEndObject();
        });
  }

  private static void writeTensors(
      JsonGenerator json, String field, Map<String, TensorInfo> tensors) throws IOException {
    json.writeObjectFieldStart(field);
    for (Map.Entry<String, TensorInfo> entry : new TreeMap<>(tensors).entrySet()) {
      TensorInfo tensor = entry.getValue();
      json.writeObjectFieldStart(entry.getKey());
      json.writeStringField("dtype", tensor.getDtype().name());
      json.writeObjectFieldStart("tensor_shape");
      json.writeArrayFieldStart("dim");
      for (TensorShapeProto.Dim dim : tensor.getTensorShape().getDimList()) {
        json.writeStartObject();
        json.writeStringField("size", Long.toString(dim.getSize()));
        json.writeStringField("name", dim.getName());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeBooleanField("unknown_rank", tensor.getTensorShape().getUnknownRank());
      json.writeEndObject();
      json.writeStringField("name", tensor.getName());
      json.writeEndObject();
    }
    json.writeEndObject();
  }
}
