package org.wideresnet.export.serve;

import static org.wideresnet.export.serve.RequestException.invalid;

import com.fasterxml.jackson.core.Base64Variants;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.ByteDataBuffer;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.proto.DataType;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TString;
import org.tensorflow.types.TUint8;
import org.tensorflow.types.family.TType;

/** The values of a tensor, read from JSON one after the other. */
final class TensorValues {
  private static final int SHOWN = 200;

  private final DataType type;
  private final List<byte[]> strings = new ArrayList<>();
  private ByteBuffer numbers = ByteBuffer.allocate(1024).order(ByteOrder.nativeOrder());

  TensorValues(DataType type) {
    this.type = type;
  }

  /**
   * Adds the value that {@code json} stands at.
   *
   * @throws RequestException if it has another type, is out of its range or no number
   */
  void add(JsonParser json) throws IOException, RequestException {
    switch (type) {
      case DT_STRING -> {
        require(json, json.hasToken(JsonToken.VALUE_STRING));
        strings.add(json.getText().getBytes(StandardCharsets.UTF_8));
      }
      case DT_UINT8 -> space(1).put((byte) integer(json, 0, 255));
      case DT_INT32 -> space(4).putInt((int) integer(json, Integer.MIN_VALUE, Integer.MAX_VALUE));
      case DT_INT64 -> space(8).putLong(integer(json, Long.MIN_VALUE, Long.MAX_VALUE));
      case DT_FLOAT -> {
        require(json, json.currentToken().isNumeric() && Float.isFinite(json.getFloatValue()));
        space(4).putFloat(json.getFloatValue());
      }
      case DT_DOUBLE -> {
        require(json, json.currentToken().isNumeric() && Double.isFinite(json.getDoubleValue()));
        space(8).putDouble(json.getDoubleValue());
      }
      case DT_BOOL -> {
        require(json, json.currentToken().isBoolean());
        space(1).put((byte) (json.getBooleanValue() ? 1 : 0));
      }
      default -> throw unknownType();
    }
  }

  /**
   * Adds a string of the form {@code {"b64": "..."}}.
   *
   * @param json stands after the brace and is left at the other one
   */
  void addBase64(JsonParser json) throws IOException, RequestException {
    if (type != DataType.DT_STRING) {
      throw invalid("JSON Value: {...} Type: Object is not of expected type: %s", typeName());
    }
    strings.add(base64(json));
  }

  /** Returns what {@code {"b64": "..."}} stands for; see {@link #addBase64}. */
  static byte[] base64(JsonParser json) throws IOException, RequestException {
    boolean isBase64 =
        "b64".equals(json.currentName()) && json.nextToken() == JsonToken.VALUE_STRING;
    if (isBase64) {
      byte[] value;
      try {
        value = json.getBinaryValue(Base64Variants.MIME_NO_LINEFEEDS);
      } catch (JsonProcessingException e) {
        throw invalid("Unable to base64 decode");
      }
      if (json.nextToken() == JsonToken.END_OBJECT) {
        return value;
      }
    }
    throw invalid("JSON Value: {...} not formatted correctly for base64 data");
  }

  /** Returns the strings that were added. */
  List<byte[]> strings() {
    return strings;
  }

  /** Returns all values as a tensor, which the caller closes. */
  Tensor tensor(Shape shape) throws RequestException {
    if (type == DataType.DT_STRING) {
      byte[][] values = strings.toArray(byte[][]::new);
      return TString.tensorOfBytes(shape, DataBuffers.ofObjects(values));
    }
    Class<? extends TType> tensorType =
        switch (type) {
          case DT_UINT8 -> TUint8.class;
          case DT_INT32 -> TInt32.class;
          case DT_INT64 -> TInt64.class;
          case DT_FLOAT -> TFloat32.class;
          case DT_DOUBLE -> TFloat64.class;
          case DT_BOOL -> TBool.class;
          default -> throw unknownType();
        };
    ByteDataBuffer data = DataBuffers.of(numbers.array(), true, false);
    return Tensor.of(tensorType, shape, data.narrow(numbers.position()));
  }

  private long integer(JsonParser json, long min, long max) throws IOException, RequestException {
    require(
        json,
        json.hasToken(JsonToken.VALUE_NUMBER_INT)
            && json.getNumberType() != JsonParser.NumberType.BIG_INTEGER);
    long value = json.getLongValue();
    require(json, value >= min && value <= max);
    return value;
  }

  private ByteBuffer space(int bytes) {
    if (numbers.remaining() < bytes) {
      numbers =
          ByteBuffer.allocate(2 * numbers.capacity())
              .order(ByteOrder.nativeOrder())
              .put(numbers.flip());
    }
    return numbers;
  }

  private void require(JsonParser json, boolean fits) throws IOException, RequestException {
    if (!fits) {
      throw invalid(
          "JSON Value: %s Type: %s is not of expected type: %s",
          text(json), kind(json.currentToken()), typeName());
    }
  }

  private RequestException unknownType() {
    return new RequestException(501, "Conversion of JSON Value to type: " + typeName());
  }

  private String typeName() {
    return type.name().substring("DT_".length()).toLowerCase(Locale.ROOT);
  }

  /** Returns the value that {@code json} stands at, for a message. */
  static String text(JsonParser json) throws IOException {
    String text = json.getText();
    text = text.length() > SHOWN ? text.substring(0, SHOWN) + "..." : text;
    return json.hasToken(JsonToken.VALUE_STRING) ? '"' + text + '"' : text;
  }

  private static String kind(JsonToken token) {
    return switch (token) {
      case VALUE_NULL -> "Null";
      case VALUE_TRUE -> "True";
      case VALUE_FALSE -> "False";
      case VALUE_STRING -> "String";
      default -> "Number";
    };
  }
}
