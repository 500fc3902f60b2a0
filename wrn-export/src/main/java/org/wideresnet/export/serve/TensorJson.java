package org.wideresnet.export.serve;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.ByteDataBuffer;
import org.tensorflow.proto.DataType;
import org.tensorflow.types.TString;

/** A tensor on its way into JSON, as nested lists. */
final class TensorJson {
  private final Shape shape;
  private final Element element;

  /** Writes one value. */
  private interface Element {
    void write(JsonGenerator json, int index) throws IOException;
  }

  /**
   * Takes the values of a tensor, which may be closed afterwards.
   *
   * @param name the name of the output; {@code _bytes} at its end asks for base64
   * @throws RequestException if there is no JSON for its type
   */
  TensorJson(String name, Tensor tensor) throws RequestException {
    shape = tensor.shape();
    element = element(tensor, name.endsWith("_bytes"));
  }

  /** Returns the shape of the tensor. */
  Shape shape() {
    return shape;
  }

  /** Writes the whole tensor. */
  void write(JsonGenerator json) throws IOException {
    write(json, 0, 0);
  }

  /** Writes what is under one index of the first dimension. */
  void writeRow(JsonGenerator json, int row) throws IOException {
    write(json, 1, row * size(1));
  }

  /** Writes a value by its position among all. */
  void writeValue(JsonGenerator json, int index) throws IOException {
    element.write(json, index);
  }

  private void write(JsonGenerator json, int dimension, int offset) throws IOException {
    if (dimension == shape.numDimensions()) {
      element.write(json, offset);
      return;
    }
    int step = size(dimension + 1);
    json.writeStartArray();
    for (int i = 0; i < shape.get(dimension); i++) {
      write(json, dimension + 1, offset + i * step);
    }
    json.writeEndArray();
  }

  /** Returns how many values there are under one index of the dimension before. */
  private int size(int dimension) {
    long size = 1;
    for (int i = dimension; i < shape.numDimensions(); i++) {
      size *= shape.get(i);
    }
    return Math.toIntExact(size);
  }

  private static Element element(Tensor tensor, boolean base64) throws RequestException {
    if (tensor instanceof TString strings) {
      return strings(strings, base64);
    }
    ByteDataBuffer data = tensor.asRawTensor().data();
    int size = Math.toIntExact(tensor.shape().size());
    switch (tensor.dataType()) {
      case DT_FLOAT -> {
        float[] values = new float[size];
        data.asFloats().read(values);
        return (json, i) -> json.writeNumber(values[i]);
      }
      case DT_DOUBLE -> {
        double[] values = new double[size];
        data.asDoubles().read(values);
        return (json, i) -> json.writeNumber(values[i]);
      }
      case DT_INT32 -> {
        int[] values = new int[size];
        data.asInts().read(values);
        return (json, i) -> json.writeNumber(values[i]);
      }
      case DT_INT64 -> {
        long[] values = new long[size];
        data.asLongs().read(values);
        return (json, i) -> json.writeNumber(values[i]);
      }
      case DT_UINT8, DT_BOOL -> {
        byte[] values = new byte[size];
        data.read(values);
        return tensor.dataType() == DataType.DT_BOOL
            ? (json, i) -> json.writeBoolean(values[i] != 0)
            : (json, i) -> json.writeNumber(values[i] & 0xFF);
      }
      default ->
          throw RequestException.invalid(
              "Failed to write JSON value for tensor type: %s", tensor.dataType());
    }
  }

  private static Element strings(TString tensor, boolean base64) {
    List<byte[]> values = new ArrayList<>();
    tensor.asBytes().scalars().forEach(scalar -> values.add(scalar.getObject()));
    if (base64) {
      return (json, i) -> {
        json.writeStartObject();
        json.writeFieldName("b64");
        json.writeBinary(values.get(i));
        json.writeEndObject();
      };
    }
    return (json, i) -> json.writeString(new String(values.get(i), StandardCharsets.UTF_8));
  }
}
