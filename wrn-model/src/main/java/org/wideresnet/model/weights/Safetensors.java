package org.wideresnet.model.weights;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.tensorflow.ndarray.Shape;

/**
 * Tensors in the safetensors format: the length of a header (int64), the header (JSON: type, shape
 * and place of each tensor by name), and the values, all little-endian.
 *
 * @see <a href="https://huggingface.co/docs/safetensors">The format</a>
 */
final class Safetensors {
  /** What tells this format from others: the end of a file's name. */
  static final String SUFFIX = ".safetensors";

  /** The type of 32-bit floats. */
  static final String FLOAT32 = "F32";

  private static final String METADATA = "__metadata__";
  // A hundred times what WRN-28-10 needs; of a damaged length no more memory is taken.
  private static final long LONGEST_HEADER = 2L << 20;
  private static final int ALIGNMENT = 8;
  private static final Pattern NAME = Pattern.compile("[\\w./:-]{1,200}");

  private static final Map<String, Integer> BYTES =
      Map.ofEntries(
          Map.entry("F64", 8),
          Map.entry(FLOAT32, 4),
          Map.entry("F16", 2),
          Map.entry("BF16", 2),
          Map.entry("I64", 8),
          Map.entry("I32", 4),
          Map.entry("I16", 2),
          Map.entry("I8", 1),
          Map.entry("U8", 1),
          Map.entry("BOOL", 1));

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /**
   * A tensor of a file.
   *
   * @param type the type of its values, such as {@code F32}
   * @param begin where its values begin, in bytes after the header
   * @param end where they end
   */
  record Entry(String name, String type, Shape shape, long begin, long end) {}

  private final ByteBuffer values;
  private final Map<String, Entry> entries;

  private Safetensors(ByteBuffer values, Map<String, Entry> entries) {
    this.values = values;
    this.entries = entries;
  }

  /**
   * Opens a file and reads its header.
   *
   * @throws IllegalArgumentException if the content is not of this format; the message is the end
   *     of a sentence, as {@link org.wideresnet.model.files.AtomicFile#reason} wants it
   * @throws IOException if it cannot be read
   */
  static Safetensors open(Path file) throws IOException {
    ByteBuffer content = WeightFiles.map(file).order(ByteOrder.LITTLE_ENDIAN);
    require(content.remaining() >= Long.BYTES, "it is cut short");
    long length = content.getLong();
    require(length > 0 && length <= LONGEST_HEADER, "a header of %s bytes is none", length);
    require(length <= content.remaining(), "it is cut short");
    byte[] header = new byte[(int) length];
    content.get(header);
    ByteBuffer values = content.slice().order(ByteOrder.LITTLE_ENDIAN);
    return new Safetensors(values, entries(header, values.remaining()));
  }

  /** Returns the tensors by name, in the order of the header. */
  Map<String, Entry> entries() {
    return entries;
  }

  /** Reads the values of a tensor of 32-bit floats. */
  float[] floats(Entry entry) {
    ByteBuffer slice = values.slice((int) entry.begin, (int) (entry.end - entry.begin));
    float[] floats = new float[slice.remaining() / Float.BYTES];
    slice.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(floats);
    return floats;
  }

  /**
   * Writes tensors of 32-bit floats, in the order of the shapes.
   *
   * @param values gives the values of each, by name
   */
  static void write(Path file, Map<String, Shape> shapes, Function<String, float[]> values)
      throws IOException {
    ObjectNode header = JSON.createObjectNode();
    header.putObject(METADATA).put("format", "pt");
    long end = 0;
    for (Map.Entry<String, Shape> tensor : shapes.entrySet()) {
      ObjectNode entry = header.putObject(tensor.getKey()).put("dtype", FLOAT32);
      Arrays.stream(tensor.getValue().asArray()).forEach(entry.putArray("shape")::add);
      long begin = end;
      end += tensor.getValue().size() * Float.BYTES;
      entry.putArray("data_offsets").add(begin).add(end);
    }
    StringBuilder text = new StringBuilder(JSON.writeValueAsString(header));
    while (text.length() % ALIGNMENT != 0) {
      text.append(' ');
    }
    try (var out = Files.newOutputStream(file)) {
      out.write(little(Long.BYTES).putLong(text.length()).array());
      out.write(text.toString().getBytes(StandardCharsets.US_ASCII));
      for (String name : shapes.keySet()) {
        float[] floats = values.apply(name);
        ByteBuffer bytes = little(floats.length * Float.BYTES);
        bytes.asFloatBuffer().put(floats);
        out.write(bytes.array());
      }
    }
  }

  private static Map<String, Entry> entries(byte[] header, long size) throws IOException {
    JsonNode tree;
    try {
      tree = JSON.readTree(new String(header, StandardCharsets.UTF_8));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("its header is no JSON, or names a tensor twice", e);
    }
    require(tree.isObject(), "its header is not a JSON object");
    Map<String, Entry> entries = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> field : tree.properties()) {
      if (!field.getKey().equals(METADATA)) {
        entries.put(field.getKey(), entry(field.getKey(), field.getValue()));
      }
    }
    List<Entry> places =
        entries.values().stream()
            .sorted(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end))
            .toList();
    long end = 0;
    for (Entry entry : places) {
      require(entry.begin == end, "its %s does not begin where another ends", entry.name);
      end = entry.end;
    }
    require(end == size, "its header is about %s bytes of values where there are %s", end, size);
    return entries;
  }

  private static Entry entry(String name, JsonNode node) {
    require(NAME.matcher(name).matches(), "one of its names is not that of a weight");
    String type = node.path("dtype").asText();
    require(BYTES.containsKey(type), "the type of its %s is unknown", name);
    long[] sizes = integers(name, node.path("shape"));
    long[] places = integers(name, node.path("data_offsets"));
    require(places.length == 2 && places[0] <= places[1], "its %s has no place", name);
    long bytes = BYTES.get(type);
    try {
      for (long size : sizes) {
        bytes = Math.multiplyExact(bytes, size);
      }
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException("the shape of its %s is none".formatted(name), e);
    }
    require(
        places[1] - places[0] == bytes,
        "its %s has %s bytes where its shape needs %s",
        name,
        places[1] - places[0],
        bytes);
    return new Entry(name, type, Shape.of(sizes), places[0], places[1]);
  }

  /** A list of numbers that are neither negative nor fractions. */
  private static long[] integers(String name, JsonNode list) {
    require(list.isArray(), "its %s has no shape or no place", name);
    long[] integers = new long[list.size()];
    for (int i = 0; i < integers.length; i++) {
      JsonNode number = list.get(i);
      require(
          number.isIntegralNumber() && number.canConvertToLong() && number.asLong() >= 0,
          "the shape or the place of its %s is not of whole numbers",
          name);
      integers[i] = number.asLong();
    }
    return integers;
  }

  private static void require(boolean condition, String complaint, Object... arguments) {
    if (!condition) {
      throw new IllegalArgumentException(complaint.formatted(arguments));
    }
  }

  private static ByteBuffer little(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }
}
