package org.wideresnet.export.serve;

import static org.wideresnet.export.serve.RequestException.invalid;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.proto.DataType;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TString;
import org.tensorflow.types.TUint8;

/**
 * A tensor as it comes out of JSON: the nesting of the lists is its shape. In row format it comes
 * in pieces, which all have the shape of the first one.
 */
final class JsonTensor {
  private static final int UNKNOWN = -1;

  private final DataType type;
  private final List<JsonNode> values = new ArrayList<>();
  private final List<byte[]> strings = new ArrayList<>();
  private int[] sizes = new int[0];
  private int rank = UNKNOWN;

  JsonTensor(DataType type) {
    this.type = type;
  }

  /**
   * Adds one more piece.
   *
   * @throws RequestException if the piece has another shape than the first one, or its values have
   *     another type than the tensor
   */
  void add(JsonNode piece) throws RequestException {
    add(piece, 0);
  }

  /** Returns the shape of a piece. */
  Shape pieceShape() {
    return Shape.of(Arrays.stream(sizes).limit(Math.max(rank, 0)).asLongStream().toArray());
  }

  /** Returns the strings of all pieces; none if this is a tensor of numbers. */
  List<byte[]> strings() {
    return strings;
  }

  /** Returns all values as a tensor, which the caller closes. */
  Tensor tensor(Shape shape) throws RequestException {
    return switch (type) {
      case DT_STRING ->
          TString.tensorOfBytes(shape, DataBuffers.ofObjects(strings.toArray(byte[][]::new)));
      case DT_UINT8 -> {
        byte[] bytes = new byte[values.size()];
        for (int i = 0; i < bytes.length; i++) {
          bytes[i] = (byte) values.get(i).intValue();
        }
        yield TUint8.tensorOf(shape, DataBuffers.of(bytes, true, false));
      }
      case DT_FLOAT -> {
        float[] floats = new float[values.size()];
        for (int i = 0; i < floats.length; i++) {
          floats[i] = values.get(i).floatValue();
        }
        yield TFloat32.tensorOf(shape, DataBuffers.of(floats, true, false));
      }
      case DT_BOOL -> {
        boolean[] booleans = new boolean[values.size()];
        for (int i = 0; i < booleans.length; i++) {
          booleans[i] = values.get(i).booleanValue();
        }
        yield TBool.tensorOf(shape, DataBuffers.of(booleans, true, false));
      }
      case DT_INT32 ->
          TInt32.tensorOf(
              shape, DataBuffers.of(values.stream().mapToInt(JsonNode::intValue).toArray()));
      case DT_INT64 ->
          TInt64.tensorOf(
              shape, DataBuffers.of(values.stream().mapToLong(JsonNode::longValue).toArray()));
      case DT_DOUBLE ->
          TFloat64.tensorOf(
              shape, DataBuffers.of(values.stream().mapToDouble(JsonNode::doubleValue).toArray()));
      default -> throw unknownType();
    };
  }

  private void add(JsonNode json, int level) throws RequestException {
    if (json.isArray()) {
      addList(json, level);
      return;
    }
    requireLevel(json, level);
    if (json.isObject()) {
      if (type != DataType.DT_STRING) {
        throw invalid("JSON Value: {...} Type: Object is not of expected type: %s", typeName());
      }
      strings.add(JsonBody.base64(json));
    } else {
      addValue(json);
    }
  }

  private void addList(JsonNode list, int level) throws RequestException {
    if (rank != UNKNOWN && level >= rank) {
      throw invalid("Encountered list at unexpected level: %d expected < %d", level, rank);
    }
    if (sizes.length == level) {
      sizes = Arrays.copyOf(sizes, level + 1);
      sizes[level] = list.size();
    }
    for (JsonNode element : list) {
      add(element, level + 1);
    }
    if (rank == UNKNOWN) {
      rank = level + 1;
    }
    if (sizes[level] != list.size()) {
      throw invalid(
          "Encountered list at unexpected size: %d at level: %d expected size: %d",
          list.size(), level, sizes[level]);
    }
  }

  private void requireLevel(JsonNode json, int level) throws RequestException {
    if (rank == UNKNOWN) {
      rank = level;
    }
    if (level != rank) {
      throw invalid(
          "JSON Value: %s found at incorrect level: %d in the JSON DOM. Expected at level: %d",
          JsonBody.text(json), level, rank);
    }
  }

  private void addValue(JsonNode value) throws RequestException {
    boolean fits =
        switch (type) {
          case DT_STRING -> value.isTextual();
          case DT_UINT8 -> isInteger(value, 0, 255);
          case DT_INT32 -> isInteger(value, Integer.MIN_VALUE, Integer.MAX_VALUE);
          case DT_INT64 -> isInteger(value, Long.MIN_VALUE, Long.MAX_VALUE);
          case DT_FLOAT -> value.isNumber() && Float.isFinite(value.floatValue());
          case DT_DOUBLE -> value.isNumber() && Double.isFinite(value.doubleValue());
          case DT_BOOL -> value.isBoolean();
          default -> throw unknownType();
        };
    if (!fits) {
      throw invalid(
          "JSON Value: %s Type: %s is not of expected type: %s",
          JsonBody.text(value), kind(value), typeName());
    }
    if (type == DataType.DT_STRING) {
      strings.add(value.textValue().getBytes(StandardCharsets.UTF_8));
    } else {
      values.add(value);
    }
  }

  private static boolean isInteger(JsonNode value, long min, long max) {
    return value.isIntegralNumber()
        && value.canConvertToLong()
        && value.longValue() >= min
        && value.longValue() <= max;
  }

  private RequestException unknownType() {
    return new RequestException(501, "Conversion of JSON Value to type: " + typeName());
  }

  private String typeName() {
    return type.name().substring("DT_".length()).toLowerCase(Locale.ROOT);
  }

  private static String kind(JsonNode value) {
    return switch (value.getNodeType()) {
      case NULL -> "Null";
      case BOOLEAN -> value.booleanValue() ? "True" : "False";
      case STRING -> "String";
      default -> "Number";
    };
  }
}
