package org.wideresnet.train.parity;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.tensorflow.ndarray.Shape;

/**
 * An array of NumPy's {@code .npy} format, version 1, in C order.
 *
 * @param type {@code <f4} (float32), {@code <i4} (int32) or {@code |u1} (uint8)
 * @param shape its shape
 * @param bytes the values, little-endian
 * @see <a href="https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html">The format
 *     </a>
 */
record NumpyArray(String type, Shape shape, byte[] bytes) {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};
  private static final Pattern HEADER =
      Pattern.compile(
          "\\{'descr': '(<f4|<i4|\\|u1)', 'fortran_order': False, 'shape': \\(([\\d, ]*)\\), \\}\\s*");
  private static final int ALIGNMENT = 64;

  static NumpyArray of(Shape shape, float... values) {
    ByteBuffer buffer = little(new byte[values.length * Float.BYTES]);
    buffer.asFloatBuffer().put(values);
    return new NumpyArray("<f4", shape, buffer.array());
  }

  static NumpyArray of(Shape shape, int... values) {
    ByteBuffer buffer = little(new byte[values.length * Integer.BYTES]);
    buffer.asIntBuffer().put(values);
    return new NumpyArray("<i4", shape, buffer.array());
  }

  static NumpyArray of(Shape shape, byte... values) {
    return new NumpyArray("|u1", shape, values);
  }

  /** Reads one array; the stream is left open. */
  static NumpyArray read(InputStream in) throws IOException {
    byte[] start = in.readNBytes(MAGIC.length);
    if (!Arrays.equals(start, MAGIC)) {
      throw new IOException("not the .npy format, version 1");
    }
    int length = little(in.readNBytes(Short.BYTES)).getShort() & 0xFFFF;
    String header = new String(in.readNBytes(length), StandardCharsets.US_ASCII);
    Matcher matcher = HEADER.matcher(header);
    if (!matcher.matches()) {
      throw new IOException("unknown header of a .npy array: " + header);
    }
    long[] sizes =
        Stream.of(matcher.group(2).split(",\\s*"))
            .filter(size -> !size.isEmpty())
            .mapToLong(Long::parseLong)
            .toArray();
    Shape shape = sizes.length == 0 ? Shape.scalar() : Shape.of(sizes);
    NumpyArray array = new NumpyArray(matcher.group(1), shape, in.readAllBytes());
    if (array.bytes.length != shape.size() * (array.type.charAt(2) - '0')) {
      throw new IOException("a .npy array of the shape " + shape + " is cut short");
    }
    return array;
  }

  /** Returns the array as a file. */
  byte[] file() {
    String sizes =
        Arrays.stream(shape.asArray()).mapToObj(size -> size + ",").collect(Collectors.joining());
    String header =
        "{'descr': '%s', 'fortran_order': False, 'shape': (%s), }".formatted(type, sizes);
    int unpadded = MAGIC.length + Short.BYTES + header.length() + 1;
    header += " ".repeat((ALIGNMENT - unpadded % ALIGNMENT) % ALIGNMENT) + "\n";
    ByteBuffer file = little(new byte[MAGIC.length + Short.BYTES + header.length() + bytes.length]);
    file.put(MAGIC).putShort((short) header.length());
    file.put(header.getBytes(StandardCharsets.US_ASCII)).put(bytes);
    return file.array();
  }

  float[] floats() {
    require("<f4");
    float[] values = new float[bytes.length / Float.BYTES];
    little(bytes).asFloatBuffer().get(values);
    return values;
  }

  int[] ints() {
    require("<i4");
    int[] values = new int[bytes.length / Integer.BYTES];
    little(bytes).asIntBuffer().get(values);
    return values;
  }

  /** Returns part {@code i} of the first dimension. */
  NumpyArray part(int i) {
    int size = bytes.length / (int) shape.get(0);
    return new NumpyArray(type, shape.tail(), Arrays.copyOfRange(bytes, i * size, (i + 1) * size));
  }

  /** Returns the array as the only part of a new first dimension. */
  NumpyArray prepended() {
    return new NumpyArray(type, shape.prepend(1), bytes);
  }

  private void require(String other) {
    if (!type.equals(other)) {
      throw new IllegalStateException("The array is of type " + type + ", not " + other + ".");
    }
  }

  private static ByteBuffer little(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
