package org.wideresnet.export.serve;

import static org.wideresnet.export.serve.RequestException.invalid;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.UncheckedIOException;

/** The JSON object that the body of a request is. */
final class JsonBody {
  private static final String SIGNATURE_NAME = "signature_name";
  private static final String DEFAULT_SIGNATURE = "serving_default";

  private JsonBody() {}

  /** Takes a field of the object. */
  interface FieldReader {
    /**
     * Reads or skips the value.
     *
     * @param json stands at its first token, and is left at its last one
     */
    void read(String name, JsonParser json) throws IOException, RequestException;
  }

  /** Returns the signature that is asked for: {@code serving_default} if none is named. */
  static String signatureName(byte[] body) throws RequestException {
    // The name decides how all else is read, and may come last.
    try (JsonParser json = Answer.JSON.createParser(body)) {
      requireObject(json, body);
      for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
        JsonToken value = json.nextToken();
        if (name.equals(SIGNATURE_NAME)) {
          if (value != JsonToken.VALUE_STRING) {
            throw invalid(
                "JSON Value: {...} not formatted correctly. 'signature_name' key must be a string value.");
          }
          return json.getText().isEmpty() ? DEFAULT_SIGNATURE : json.getText();
        }
        json.skipChildren();
      }
      return DEFAULT_SIGNATURE;
    } catch (JsonProcessingException e) {
      throw parseError(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Gives all fields to a reader. */
  static void read(byte[] body, FieldReader reader) throws RequestException {
    try (JsonParser json = Answer.JSON.createParser(body)) {
      requireObject(json, body);
      for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
        json.nextToken();
        reader.read(name, json);
      }
    } catch (JsonProcessingException e) {
      throw parseError(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void requireObject(JsonParser json, byte[] body)
      throws IOException, RequestException {
    JsonToken first = json.nextToken();
    if (first == null) {
      throw invalid("JSON Parse error: The document is empty");
    }
    if (first != JsonToken.START_OBJECT) {
      throw invalid("JSON Value: %s Is not object", TensorValues.text(json));
    }
  }

  private static RequestException parseError(JsonProcessingException e) {
    return invalid(
        "JSON Parse error: %s at offset: %d",
        e.getOriginalMessage().replaceFirst(" \\(start marker at .*", ""),
        e.getLocation().getByteOffset());
  }
}
