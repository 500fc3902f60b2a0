package org.wideresnet.model.weights;

import static org.wideresnet.model.weights.LevelDbTable.require;

import com.google.protobuf.InvalidProtocolBufferException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.tensorflow.proto.BundleEntryProto;
import org.tensorflow.proto.BundleHeaderProto;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.TensorShapeProto;

/**
 * The index of a checkpoint in TensorFlow's V2 format: which tensors there are, and where in the
 * data files. TensorFlow believes the numbers in it, and a wrong one ends the process; so all of
 * them are checked before TensorFlow sees the file. The checksums of the tensors are left to
 * TensorFlow, which looks at them as it reads.
 *
 * @see <a
 *     href="https://github.com/tensorflow/tensorflow/blob/v2.18.0/tensorflow/core/protobuf/tensor_bundle.proto">tensor_bundle.proto</a>
 */
public final class CheckpointIndex {
  private static final long LARGEST_FILE = 1 << 24;
  private static final int MOST_DIMENSIONS = 254;

  private final Path prefix;
  private final BundleHeaderProto header;

  private CheckpointIndex(Path prefix, BundleHeaderProto header) {
    this.prefix = prefix;
    this.header = header;
  }

  /**
   * Checks the index of a checkpoint against its data files.
   *
   * @param prefix what the names of the files begin with: the path without {@code .index}
   * @throws IllegalArgumentException if it is damaged; the message says how
   * @throws IOException if it cannot be read
   */
  public static void check(Path prefix) throws IOException {
    Path file = beside(prefix, ".index");
    try {
      require(Files.isRegularFile(file), "it is not there");
      require(Files.size(file) <= LARGEST_FILE, "it is too large");
      Map<String, ByteBuffer> table = LevelDbTable.read(Files.readAllBytes(file));
      ByteBuffer header = table.remove("");
      require(header != null, "it has no header");
      CheckpointIndex index = new CheckpointIndex(prefix, BundleHeaderProto.parseFrom(header));
      index.checkHeader();
      for (Map.Entry<String, ByteBuffer> entry : table.entrySet()) {
        index.checkEntry(entry.getKey(), BundleEntryProto.parseFrom(entry.getValue()));
      }
    } catch (IllegalArgumentException | InvalidProtocolBufferException e) {
      throw new IllegalArgumentException(
          "The file %s is damaged: %s.".formatted(file, e.getMessage().replaceFirst("\\.$", "")),
          e);
    }
  }

  private void checkHeader() {
    require(
        header.getEndianness() == BundleHeaderProto.Endianness.LITTLE,
        "its numbers are not little-endian");
    require(header.getNumShards() >= 1, "it has no data files");
    require(header.getVersion().getMinConsumer() <= 1, "it is of a newer format");
  }

  private void checkEntry(String key, BundleEntryProto entry) throws IOException {
    // Names are UTF-8; a key has a character for each of its bytes.
    String name =
        new String(key.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8)
            .replaceAll("\\p{Cntrl}", "?");
    String tensor = "the tensor '" + name + "' ";
    require(entry.getSlicesCount() == 0, tensor + "is stored in slices, which are not read here");
    require(
        entry.getShardId() >= 0 && entry.getShardId() < header.getNumShards(),
        tensor + "is in a data file that there is none of");
    Path data =
        beside(
            prefix,
            String.format(
                Locale.ROOT, ".data-%05d-of-%05d", entry.getShardId(), header.getNumShards()));
    require(Files.isRegularFile(data), tensor + "is in " + data + ", which is not there");
    long end = Files.size(data);
    require(
        entry.getOffset() >= 0
            && entry.getSize() >= 0
            && entry.getSize() <= end
            && entry.getOffset() <= end - entry.getSize(),
        tensor + "is not inside the data file");
    long values = values(entry.getShape());
    if (entry.getDtype() == DataType.DT_STRING) {
      require(
          values >= 0 && values <= entry.getSize() && entry.getSize() < Integer.MAX_VALUE,
          tensor + "has more strings than bytes");
      require(
          stringBytes(read(data, entry), values) + Integer.BYTES == entry.getSize(),
          tensor + "has strings whose lengths do not fit");
    } else {
      int bytes = bytesOf(entry.getDtype());
      require(bytes > 0, tensor + "has a type that is not read here");
      require(
          values >= 0 && values <= entry.getSize() / bytes && values * bytes == entry.getSize(),
          tensor + "has a shape that does not fit its size");
    }
  }

  private static ByteBuffer read(Path data, BundleEntryProto entry) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate((int) entry.getSize());
    try (FileChannel channel = FileChannel.open(data)) {
      channel.position(entry.getOffset());
      while (bytes.hasRemaining()) {
        if (channel.read(bytes) < 0) {
          throw new EOFException(data + " ends too early.");
        }
      }
    }
    return bytes.flip();
  }

  /**
   * Returns how long strings are as TensorFlow stores them: the lengths of all, then their bytes.
   *
   * @param count the number of strings, at most the number of bytes
   * @return -1 if they do not fit the bytes
   */
  public static long stringBytes(ByteBuffer bytes, long count) {
    long length = 0;
    for (long i = 0; i < count; i++) {
      length += LevelDbTable.varint(bytes);
      if (length < 0 || length > bytes.limit()) {
        return -1;
      }
    }
    return length + bytes.position();
  }

  /**
   * Returns the number of values in a tensor; -1 if it is not known or no tensor can have such a
   * shape.
   */
  public static long values(TensorShapeProto shape) {
    long values = 1;
    if (shape.getUnknownRank() || shape.getDimCount() > MOST_DIMENSIONS) {
      return -1;
    }
    // Beside an empty dimension the others must not overflow either.
    long others = 1;
    for (TensorShapeProto.Dim dim : shape.getDimList()) {
      long size = dim.getSize();
      if (size < 0 || (size > 0 && others > Long.MAX_VALUE / size)) {
        return -1;
      }
      values *= size;
      others *= Math.max(1, size);
    }
    return values;
  }

  /** Returns the bytes of a value; 0 for a type whose values have no fixed size. */
  public static int bytesOf(DataType type) {
    return switch (type) {
      case DT_COMPLEX128 -> 16;
      case DT_DOUBLE, DT_INT64, DT_UINT64, DT_COMPLEX64 -> 8;
      case DT_FLOAT, DT_INT32, DT_UINT32, DT_QINT32 -> 4;
      case DT_HALF, DT_BFLOAT16, DT_INT16, DT_UINT16, DT_QINT16, DT_QUINT16 -> 2;
      case DT_BOOL, DT_INT8, DT_UINT8, DT_QINT8, DT_QUINT8, DT_FLOAT8_E5M2, DT_FLOAT8_E4M3FN -> 1;
      default -> 0;
    };
  }

  private static Path beside(Path prefix, String ending) {
    return prefix.resolveSibling(prefix.getFileName() + ending);
  }
}
