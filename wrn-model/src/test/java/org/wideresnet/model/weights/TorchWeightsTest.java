package org.wideresnet.model.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.wideresnet.model.Variant;
import org.wideresnet.model.WideResNet;
import org.wideresnet.model.WideResNetConfig.Padding;
import org.wideresnet.model.variables.NamedTensors;
import org.wideresnet.model.variables.Variables;

class TorchWeightsTest {
  private static final WideResNet SMALL = paper(10, 1);

  /** The layers of WRN-10-K by the names of both layouts, in the order of the computation. */
  private static final String LAYERS =
      """
      conv1 conv0
      block1.layer.0.bn1 group0.block0.bn0
      block1.layer.0.conv1 group0.block0.conv0
      block1.layer.0.bn2 group0.block0.bn1
      block1.layer.0.conv2 group0.block0.conv1
      block1.layer.0.convShortcut group0.block0.convdim
      block2.layer.0.bn1 group1.block0.bn0
      block2.layer.0.conv1 group1.block0.conv0
      block2.layer.0.bn2 group1.block0.bn1
      block2.layer.0.conv2 group1.block0.conv1
      block2.layer.0.convShortcut group1.block0.convdim
      block3.layer.0.bn1 group2.block0.bn0
      block3.layer.0.conv1 group2.block0.conv0
      block3.layer.0.bn2 group2.block0.bn1
      block3.layer.0.conv2 group2.block0.conv1
      block3.layer.0.convShortcut group2.block0.convdim
      bn1 bn
      fc fc
      """;

  @TempDir Path temp;

  @ParameterizedTest
  @CsvSource({"10, 1", "10, 2", "16, 1", "22, 2"})
  void whatIsWrittenIsReadToTheLastBit(int depth, int width) throws IOException {
    WideResNet network = paper(depth, width);
    try (NamedTensors weights = drawn(network);
        NamedTensors read = TorchWeights.read(write("a.safetensors", network), network)) {
      assertThat(read.asMap().keySet())
          .containsExactlyElementsOf(network.weights().stream().map(w -> w.name()).toList());
      assertThat(KerasFixtures.sha256(read)).isEqualTo(KerasFixtures.sha256(weights));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void namesAreThoseOfTheModules(int width) throws IOException {
    Path file = write("a.safetensors", paper(10, width));
    List<String> names = new ArrayList<>();
    for (String line : LAYERS.lines().toList()) {
      String name = line.split(" ")[0];
      if (width == 1 && name.equals("block1.layer.0.convShortcut")) {
        continue;
      }
      names.add(name + ".weight");
      if (name.contains("bn")) {
        names.addAll(List.of(name + ".bias", name + ".running_mean", name + ".running_var"));
      } else if (name.equals("fc")) {
        names.add("fc.bias");
      }
    }
    assertThat(Safetensors.open(file).entries().keySet()).containsExactlyElementsOf(names);
  }

  @Test
  void kernelsAreTransposed() throws IOException {
    WideResNet network = paper(10, 2);
    Safetensors stored = Safetensors.open(write("a.safetensors", network));
    try (NamedTensors weights = drawn(network)) {
      Safetensors.Entry conv = stored.entries().get("block2.layer.0.conv1.weight");
      assertThat(conv.shape()).isEqualTo(Shape.of(64, 32, 3, 3));
      TFloat32 kernel = weights.get("conv2d_4/kernel");
      int[][] places = {{0, 0, 0, 0}, {1, 0, 0, 0}, {0, 1, 0, 0}, {63, 31, 2, 1}, {7, 5, 1, 2}};
      for (int[] p : places) {
        assertThat(stored.floats(conv)[((p[0] * 32 + p[1]) * 3 + p[2]) * 3 + p[3]])
            .isEqualTo(kernel.getFloat(p[2], p[3], p[1], p[0]));
      }
      Safetensors.Entry dense = stored.entries().get("fc.weight");
      assertThat(dense.shape()).isEqualTo(Shape.of(10, 128));
      assertThat(stored.floats(dense)[3 * 128 + 5])
          .isEqualTo(weights.get("dense/kernel").getFloat(5, 3));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void theAuthorsNamesAreOfTheSameWeights(int width) throws IOException {
    WideResNet network = paper(10, width);
    Map<String, String> names = new HashMap<>();
    LAYERS.lines().map(line -> line.split(" ")).forEach(pair -> names.put(pair[0], pair[1]));
    assertReadAlike(
        network,
        name -> {
          int end = name.lastIndexOf('.');
          String layer = names.get(name.substring(0, end));
          return layer.contains("conv") ? layer : layer + name.substring(end);
        });
  }

  @Test
  void whatDataParallelAndBatchNormAddIsLeftOut() throws IOException {
    assertReadAlike(SMALL, name -> "module." + name);
    Path plain = write("a.safetensors", SMALL);
    Safetensors stored = Safetensors.open(plain);
    byte[] bytes = Files.readAllBytes(plain);
    int header = (int) ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
    int size = bytes.length - Long.BYTES - header;
    String text = new String(bytes, Long.BYTES, header, StandardCharsets.UTF_8).strip();
    text =
        text.substring(0, text.length() - 1)
            + ",\"bn1.num_batches_tracked\":{\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[%d,%d]}}"
                .formatted(size, size + 8);
    byte[] values = Arrays.copyOfRange(bytes, Long.BYTES + header, bytes.length + Long.BYTES);
    Path more = raw(text, values);
    assertThat(Safetensors.open(more).entries()).hasSize(stored.entries().size() + 1);
    TorchWeights.read(more, SMALL).close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "16|1|10|its block1.layer.1.bn1.weight has no place there; it holds WRN-16-1 (paper), 10"
            + " classes.",
        "10|2|10|its block1.layer.0.conv1.weight has the shape [32, 16, 3, 3] where [16, 16, 3, 3]"
            + " is needed; it holds WRN-10-2 (paper), 10 classes.",
        "10|1|100|its fc.weight has the shape [100, 64] where [10, 64] is needed; it holds WRN-10-1"
            + " (paper), 100 classes.",
      })
  void refusesAnotherNetworkAndNamesTheFirstDifference(
      int depth, int width, int classes, String difference) throws IOException {
    Path file = write("a.safetensors", WideResNet.of(Variant.PAPER.config(depth, width, classes)));
    refuses(file, "%s does not fit WRN-10-1 (paper), 10 classes: %s".formatted(file, difference));
  }

  @Test
  void refusesWhatIsMissingAndWhatIsNotOfFloats() throws IOException {
    Path file =
        raw("{\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", new byte[4]);
    refuses(file, file + " does not fit WRN-10-1 (paper), 10 classes: it holds no conv1.weight.");
    file =
        raw(
            "{\"conv0\":{\"dtype\":\"F16\",\"shape\":[16,3,3,3],\"data_offsets\":[0,864]}}",
            new byte[864]);
    refuses(
        file,
        file
            + " does not fit WRN-10-1 (paper), 10 classes: its conv0 is of the type F16, not of"
            + " 32-bit floats (F32).");
  }

  @Test
  void refusesNetworksThatPyTorchDoesNotCompute() throws IOException {
    Path file = write("a.safetensors", SMALL);
    for (WideResNet other :
        List.of(
            WideResNet.of(Variant.KERAS.config(10, 2, 10)),
            WideResNet.of(SMALL.config().withPadding(Padding.SAME)))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> TorchWeights.read(file, other))
          .withMessage(
              "%s is a file of PyTorch, whose Wide ResNets are the paper's with symmetric padding;"
                  + " %s with same padding is none.",
              file, other.config().fullName());
      try (NamedTensors weights = drawn(other)) {
        assertThatIllegalArgumentException()
            .isThrownBy(() -> TorchWeights.write(file, other, weights));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{} {}",
        "{\"w\"",
        "{\"w\":1}",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[1]}}",
        "{\"w\":{\"dtype\":\"F31\",\"shape\":[1],\"data_offsets\":[0,4]}}",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[1.0],\"data_offsets\":[0,4]}}",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[4,0]}}",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4,8]}}",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}}",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,4]}}",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,99999999999999999999]}}",
        "{\"a\\nb\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},"
            + "\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},"
            + "\"v\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}",
      })
  void refusesAHeaderThatIsNone(String header) throws IOException {
    refusesAsDamaged(raw(header, new byte[4]));
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 0, 3, 1L << 20, 1L << 21, 1L << 33, Long.MAX_VALUE, Long.MIN_VALUE})
  void refusesALengthThatIsNone(long length) throws IOException {
    Path file = write("a.safetensors", SMALL);
    byte[] bytes = Files.readAllBytes(file);
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(length);
    Files.write(file, bytes);
    refusesAsDamaged(file);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, 8, 9, 2_000, 100_000})
  void refusesAFileThatIsCutShort(int length) throws IOException {
    Path file = write("a.safetensors", SMALL);
    Files.write(file, Arrays.copyOf(Files.readAllBytes(file), length));
    refusesAsDamaged(file);
  }

  @Test
  void refusesBytesBehindTheValues() throws IOException {
    Path file = write("a.safetensors", SMALL);
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, bytes.length + 1));
    refusesAsDamaged(file);
  }

  /** A value may be changed unnoticed, for the format has no checksums; nothing else may happen. */
  @Test
  void aDamagedFileIsReadOrRefused() throws IOException {
    Path file = write("a.safetensors", SMALL);
    byte[] whole = Files.readAllBytes(file);
    Random random = new Random(1);
    int refused = 0;
    for (int i = 0; i < 300; i++) {
      byte[] damaged = whole.clone();
      for (int j = 0; j <= i % 3; j++) {
        damaged[random.nextInt(5_000)] = (byte) random.nextInt();
      }
      Files.write(file, damaged);
      try {
        TorchWeights.read(file, SMALL).close();
      } catch (IllegalArgumentException e) {
        assertThat(e).hasMessageContaining(file.toString()).hasMessageEndingWith(".");
        assertThat(e.getMessage().lines()).hasSize(1);
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(100);
  }

  @Test
  void aFailureLeavesTheOlderFile() throws IOException {
    Path file = write("a.safetensors", SMALL);
    byte[] before = Files.readAllBytes(file);
    try (NamedTensors weights = drawn(SMALL)) {
      Map<String, TFloat32> some = new HashMap<>(weights.asMap());
      some.remove("dense/bias");
      assertThatThrownBy(() -> TorchWeights.write(file, SMALL, new NamedTensors(some)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("There is no tensor 'dense/bias'.");
    }
    assertThat(file).hasBinaryContent(before);
    assertThat(temp.toFile().list()).containsExactly("a.safetensors");
  }

  /** Writes a network's weights under other names, and reads them. */
  private void assertReadAlike(WideResNet network, UnaryOperator<String> rename)
      throws IOException {
    Safetensors stored = Safetensors.open(write("a.safetensors", network));
    Map<String, Shape> shapes = new LinkedHashMap<>();
    Map<String, float[]> values = new HashMap<>();
    List<Safetensors.Entry> entries = new ArrayList<>(stored.entries().values());
    Collections.reverse(entries); // their order tells nothing
    for (Safetensors.Entry entry : entries) {
      shapes.put(rename.apply(entry.name()), entry.shape());
      values.put(rename.apply(entry.name()), stored.floats(entry));
    }
    Path file = temp.resolve("renamed.safetensors");
    Safetensors.write(file, shapes, values::get);
    try (NamedTensors weights = drawn(network);
        NamedTensors read = TorchWeights.read(file, network)) {
      assertThat(KerasFixtures.sha256(read)).isEqualTo(KerasFixtures.sha256(weights));
    }
  }

  private static void refuses(Path file, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TorchWeights.read(file, SMALL))
        .withMessage(message);
  }

  private static void refusesAsDamaged(Path file) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TorchWeights.read(file, SMALL))
        .withMessageStartingWith("The file %s is damaged, or not of the safetensors format: ", file)
        .withMessageEndingWith(".")
        .satisfies(e -> assertThat(e.getMessage().lines()).hasSize(1));
  }

  private Path raw(String header, byte[] values) throws IOException {
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes =
        ByteBuffer.allocate(Long.BYTES + text.length + values.length)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(text.length)
            .put(text)
            .put(values);
    return Files.write(temp.resolve("raw.safetensors"), bytes.array());
  }

  private Path write(String name, WideResNet network) throws IOException {
    try (NamedTensors weights = drawn(network)) {
      TorchWeights.write(temp.resolve(name), network, weights);
    }
    return temp.resolve(name);
  }

  private static WideResNet paper(int depth, int width) {
    return WideResNet.of(Variant.PAPER.config(depth, width, 10));
  }

  private static NamedTensors drawn(WideResNet network) {
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      Variables variables = new Variables(Ops.create(graph), network.weights(), 3);
      variables.initialize(session);
      return variables.read(session);
    }
  }
}
