package org.wideresnet.export.graph;

import java.util.Arrays;
import java.util.List;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.NdArrays;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TString;
import org.tensorflow.types.TUint8;
import org.wideresnet.model.WideResNetConfig;

/** Between arrays and the tensors of requests and answers. */
public final class Tensors {
  private static final int SIZE = WideResNetConfig.IMAGE_SIZE;

  /** The number of values of an image. */
  public static final int IMAGE_VALUES = SIZE * SIZE * 3;

  private Tensors() {}

  /** Returns pixels as uint8 {@code [count, 32, 32, 3]}; the caller closes it. */
  public static TUint8 pixels(byte[] pixels, int count) {
    return TUint8.tensorOf(Shape.of(count, SIZE, SIZE, 3), DataBuffers.of(pixels, true, false));
  }

  /** Returns files or messages as strings {@code [count]}; the caller closes it. */
  public static TString strings(List<byte[]> values) {
    return TString.tensorOfBytes(NdArrays.vectorOfObjects(values.toArray(byte[][]::new)));
  }

  /** Returns the values of a float32 tensor {@code [rows, columns]}. */
  public static float[][] rows(Tensor tensor) {
    float[] values = values(tensor);
    int rows = Math.toIntExact(tensor.shape().get(0));
    int columns = Math.toIntExact(tensor.shape().get(1));
    float[][] result = new float[rows][];
    for (int row = 0; row < rows; row++) {
      result[row] = Arrays.copyOfRange(values, row * columns, (row + 1) * columns);
    }
    return result;
  }

  /** Returns all values of a float32 tensor. */
  public static float[] values(Tensor tensor) {
    float[] values = new float[Math.toIntExact(tensor.shape().size())];
    tensor.asRawTensor().data().asFloats().read(values);
    return values;
  }
}
