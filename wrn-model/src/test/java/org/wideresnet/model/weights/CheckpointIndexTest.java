package org.wideresnet.model.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.ndarray.NdArrays;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.BundleEntryProto;
import org.tensorflow.proto.BundleHeaderProto;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.TensorShapeProto;
import org.tensorflow.proto.TensorSliceProto;
import org.tensorflow.types.TFloat32;
import org.wideresnet.model.Normalization;
import org.wideresnet.model.Variant;

/** Damaged and invented indices; TensorFlow itself would end the process on many of them. */
class CheckpointIndexTest {
  private static final int FOOTER = 48;

  @TempDir Path temp;
  private Path prefix;
  private Path file;

  @BeforeEach
  void save() throws IOException {
    prefix = temp.resolve("model");
    file = temp.resolve("model.index");
    try (TFloat32 first = TFloat32.vectorOf(1, 2, 3);
        TFloat32 second = TFloat32.scalarOf(4)) {
      Checkpoint.save(prefix, Map.of("conv2d/kernel", first, "conv2d/bias", second));
    }
    CheckpointIndex.check(prefix);
  }

  @Test
  void aBlockLargerThanTheFileIsNotRead() throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    ByteBuffer footer = ByteBuffer.wrap(bytes, bytes.length - FOOTER, FOOTER);
    long offset = LevelDbTable.varint(footer);
    LevelDbTable.varint(footer);
    ByteBuffer damaged = ByteBuffer.wrap(bytes, bytes.length - FOOTER, FOOTER);
    putVarint(damaged, offset);
    putVarint(damaged, 1L << 45);
    Files.write(file, bytes);
    assertThatThrownBy(() -> CheckpointIndex.check(prefix))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("The file %s is damaged: a block is not inside the file.", file);

    Files.writeString(
        temp.resolve("model.json"), "{}"); // read before, and not by what is tried here
    assertThatThrownBy(() -> checkpoint().read(List.of("conv2d/bias")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("The file %s is damaged: a block is not inside the file.", file);
  }

  /** A change may be without effect: the footer has bytes that nobody reads. */
  @Test
  void everyChangedBitIsNoticedOrWithoutEffect() throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    Map<String, ByteBuffer> table = LevelDbTable.read(bytes);
    int noticed = 0;
    for (int bit = 0; bit < 8 * bytes.length; bit++) {
      bytes[bit / 8] ^= 1 << bit % 8;
      try {
        assertThat(LevelDbTable.read(bytes)).as("bit %d", bit).isEqualTo(table);
      } catch (IllegalArgumentException e) {
        noticed++;
      }
      bytes[bit / 8] ^= 1 << bit % 8;
    }
    assertThat(noticed).isGreaterThan(8 * (bytes.length - FOOTER));
    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> LevelDbTable.read(cut))
          .as("length %d", length)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  static Stream<Arguments> entries() {
    BundleEntryProto good =
        BundleEntryProto.newBuilder()
            .setDtype(DataType.DT_FLOAT)
            .setShape(shape(3))
            .setSize(12)
            .build();
    return Stream.of(
        Arguments.of(null, good),
        Arguments.of("is not inside the data file", good.toBuilder().setOffset(5).build()),
        Arguments.of("is not inside the data file", good.toBuilder().setOffset(-1).build()),
        Arguments.of(
            "is not inside the data file",
            good.toBuilder().setSize(1L << 45).setShape(shape(1L << 43)).build()),
        Arguments.of("is not inside the data file", good.toBuilder().setSize(-12).build()),
        Arguments.of(
            "is in a data file that there is none of", good.toBuilder().setShardId(1).build()),
        Arguments.of(
            "has a shape that does not fit its size", good.toBuilder().setShape(shape(4)).build()),
        Arguments.of(
            "has a shape that does not fit its size",
            good.toBuilder().setShape(shape(-3, -1)).build()),
        Arguments.of(
            "has a shape that does not fit its size",
            good.toBuilder().setShape(shape(1L << 32, 1L << 32)).setSize(0).build()),
        Arguments.of(
            "has a type that is not read here", good.toBuilder().setDtypeValue(77).build()),
        Arguments.of(
            "has a type that is not read here",
            good.toBuilder().setDtype(DataType.DT_VARIANT).build()),
        Arguments.of(
            "has more strings than bytes",
            good.toBuilder().setDtype(DataType.DT_STRING).setShape(shape(1L << 40)).build()),
        Arguments.of(
            "has strings whose lengths do not fit",
            good.toBuilder().setDtype(DataType.DT_STRING).build()),
        Arguments.of(
            "is stored in slices, which are not read here",
            good.toBuilder().addSlices(TensorSliceProto.getDefaultInstance()).build()));
  }

  @ParameterizedTest
  @MethodSource("entries")
  void anEntryThatDoesNotFitTheDataIsRefused(String reason, BundleEntryProto entry)
      throws IOException {
    Files.write(
        file,
        table(BundleHeaderProto.newBuilder().setNumShards(1).build().toByteArray(), entry, 0));
    if (reason == null) {
      assertThatCode(() -> CheckpointIndex.check(prefix)).doesNotThrowAnyException();
    } else {
      assertThatThrownBy(() -> CheckpointIndex.check(prefix))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("The file %s is damaged: the tensor 'a' %s.", file, reason);
    }
  }

  @Test
  void aTableOfAnotherKindIsRefused() throws IOException {
    BundleEntryProto entry = BundleEntryProto.getDefaultInstance();
    byte[] header = BundleHeaderProto.newBuilder().setNumShards(1).build().toByteArray();
    Files.write(file, table(header, entry, 1));
    assertThatThrownBy(() -> CheckpointIndex.check(prefix)).hasMessageContaining("is compressed");
    Files.write(file, table(new byte[0], entry, 0));
    assertThatThrownBy(() -> CheckpointIndex.check(prefix)).hasMessageContaining("no data files");
    Files.delete(file);
    assertThatThrownBy(() -> CheckpointIndex.check(prefix)).hasMessageContaining("is not there");
  }

  @Test
  void stringsAreAccepted() throws IOException {
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      Ops tf = Ops.create(graph);
      session.run(
          tf.train.save(
              tf.constant(prefix.toString()),
              tf.constant(NdArrays.vectorOfObjects("text")),
              tf.constant(NdArrays.vectorOfObjects("")),
              List.of(tf.constant(NdArrays.vectorOfObjects("a", "", "long".repeat(99))))));
    }
    assertThat(Files.size(temp.resolve("model.data-00000-of-00001"))).isGreaterThan(396);
    assertThatCode(() -> CheckpointIndex.check(prefix)).doesNotThrowAnyException();
  }

  private Checkpoint checkpoint() throws IOException {
    ModelDescription.untrained(
            Variant.PAPER.config(10, 1, 10),
            Normalization.NONE,
            Stream.iterate(0, i -> i + 1).limit(10).map(String::valueOf).toList())
        .write(temp.resolve("model.json"));
    return Checkpoint.open(temp);
  }

  private static TensorShapeProto shape(long... sizes) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (long size : sizes) {
      shape.addDim(TensorShapeProto.Dim.newBuilder().setSize(size));
    }
    return shape.build();
  }

  /** Returns a table with a header and the tensor {@code a}, its checksums right. */
  private static byte[] table(byte[] header, BundleEntryProto entry, int compression) {
    byte[] data = block(List.of("", "a"), List.of(header, entry.toByteArray()), compression);
    byte[] meta = block(List.of(), List.of(), 0);
    byte[] index = block(List.of("b"), List.of(varints(0, data.length - 5)), 0);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(data);
    out.writeBytes(meta);
    out.writeBytes(index);
    byte[] handles =
        varints(data.length, meta.length - 5, data.length + meta.length, index.length - 5);
    ByteBuffer footer = ByteBuffer.allocate(FOOTER).order(ByteOrder.LITTLE_ENDIAN);
    out.writeBytes(footer.put(handles).putLong(FOOTER - 8, 0xdb4775248b80fb57L).array());
    return out.toByteArray();
  }

  private static byte[] block(List<String> keys, List<byte[]> values, int compression) {
    ByteBuffer block = ByteBuffer.allocate(1000).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < keys.size(); i++) {
      byte[] key = keys.get(i).getBytes(StandardCharsets.UTF_8);
      block.put(varints(0, key.length, values.get(i).length)).put(key).put(values.get(i));
    }
    block.putInt(0).putInt(1).put((byte) compression);
    CRC32C crc = new CRC32C();
    crc.update(block.array(), 0, block.position());
    block.putInt(Integer.rotateRight((int) crc.getValue(), 15) + 0xa282ead8);
    return Arrays.copyOf(block.array(), block.position());
  }

  private static byte[] varints(long... values) {
    ByteBuffer bytes = ByteBuffer.allocate(100);
    for (long value : values) {
      putVarint(bytes, value);
    }
    return Arrays.copyOf(bytes.array(), bytes.position());
  }

  private static void putVarint(ByteBuffer out, long value) {
    long left = value;
    for (; left > 127; left >>>= 7) {
      out.put((byte) (left | 128));
    }
    out.put((byte) left);
  }
}
