package org.wideresnet.export.serve;

import java.util.List;
import java.util.Map;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;

/** What is read of the body of a request before a model sees it. */
public final class RestBody {
  private static final Map<String, SignatureDef> SIGNATURES =
      Map.of(
          "serving_default", signature(Map.of("images", DataType.DT_STRING)),
          "features", signature(Map.of("images", DataType.DT_UINT8)),
          "keras", signature(Map.of("images", DataType.DT_FLOAT, "training", DataType.DT_BOOL)));

  /** Some to begin with. */
  public static final List<String> EXAMPLES =
      List.of(
          "{\"instances\": [{\"b64\": \"aGFsbG8=\"}, \"text\"]}",
          "{\"signature_name\": \"features\", \"inputs\": [[[0, 255], [1, 2]]]}",
          "{\"signature_name\": \"keras\", \"instances\": [{\"images\": [1.5, NaN, -1e38], \"training\": true}]}",
          "{\"context\": {\"a\": 7}, \"examples\": [{\"image\": {\"b64\": \"AA==\"}, \"x\": [1, 2.5]}]}");

  private RestBody() {}

  private static SignatureDef signature(Map<String, DataType> inputs) {
    SignatureDef.Builder signature = SignatureDef.newBuilder();
    inputs.forEach(
        (name, type) -> signature.putInputs(name, TensorInfo.newBuilder().setDtype(type).build()));
    return signature.build();
  }

  /** Reads a body as predict and as classify do. */
  public static void read(byte[] body) {
    try {
      JsonBody json = JsonBody.parse(body);
      PredictRequest request = PredictRequest.parse(json, SIGNATURES);
      request.inputs().values().forEach(request::shape);
    } catch (RequestException e) {
      requireMessage(e);
    }
    try {
      JsonBody.parse(body).examples();
    } catch (RequestException e) {
      requireMessage(e);
    }
  }

  private static void requireMessage(RequestException e) {
    if (e.getMessage().isBlank() || e.status() < 400) {
      throw new AssertionError("An answer without a message.", e);
    }
  }
}
