package org.wideresnet.model.weights;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.wideresnet.model.files.MaskedCrc32c;

/**
 * A table in LevelDB's format, such as the index of a checkpoint: blocks of sorted entries, each
 * with a checksum, an index of the blocks, and a footer that has no checksum. Every length is
 * compared with what is there before it is used.
 *
 * @see <a href="https://github.com/google/leveldb/blob/main/doc/table_format.md">LevelDB File
 *     format</a>
 */
final class LevelDbTable {
  private static final int FOOTER = 48;
  private static final long MAGIC = 0xdb4775248b80fb57L;

  /** What follows a block: a byte for its compression, and a checksum of both. */
  private static final int TRAILER = 5;

  /** Keys share their beginnings, so a small file could hold more of them than the heap. */
  private static final long MOST_KEY_BYTES = 1 << 26;

  private final ByteBuffer file;
  private final Map<String, ByteBuffer> entries = new LinkedHashMap<>();
  private byte[] lastKey;
  private long keyBytes;

  private LevelDbTable(byte[] file) {
    this.file = little(ByteBuffer.wrap(file));
  }

  /**
   * Reads a table.
   *
   * @return the values by key, in the order of the keys' bytes; a character of a key is a byte
   * @throws IllegalArgumentException if the table is damaged; the message says where, as the end of
   *     a sentence
   */
  static Map<String, ByteBuffer> read(byte[] file) {
    LevelDbTable table = new LevelDbTable(file);
    table.read();
    return table.entries;
  }

  private void read() {
    int footer = file.limit() - FOOTER;
    require(footer >= 0 && file.getLong(file.limit() - 8) == MAGIC, "it has no footer");
    ByteBuffer handles = little(file.slice(footer, FOOTER - 8));
    readBlock(block(handles), false);
    ByteBuffer index = block(handles);
    readBlock(index, true);
  }

  /** Returns the content of a block whose offset and size come next in a buffer. */
  private ByteBuffer block(ByteBuffer handle) {
    long offset = varint(handle);
    long size = varint(handle);
    long end = file.limit() - FOOTER - TRAILER;
    require(
        size >= Integer.BYTES && offset <= end && size <= end - offset,
        "a block is not inside the file");
    int checksum = MaskedCrc32c.of(file.slice((int) offset, (int) size + 1));
    int after = (int) (offset + size);
    require(file.getInt(after + 1) == checksum, "the checksum of a block does not fit");
    require(file.get(after) == 0, "it is compressed, which TensorFlow's own checkpoints are not");
    return little(file.slice((int) offset, (int) size));
  }

  /**
   * Reads the entries of a block. In the index of the blocks each value names a block, whose
   * entries are read in its place.
   */
  private void readBlock(ByteBuffer block, boolean isIndex) {
    int restarts = block.getInt(block.limit() - Integer.BYTES);
    require(
        restarts >= 1 && restarts <= block.limit() / Integer.BYTES - 1,
        "the restart points of a block are not inside it");
    int end = block.limit() - Integer.BYTES * (restarts + 1);
    Set<Integer> wholeKeys = new HashSet<>(Set.of(0));
    byte[] key = {};
    while (block.position() < end) {
      int start = block.position();
      long shared = varint(block);
      long added = varint(block);
      long length = varint(block);
      long left = (long) end - block.position();
      require(
          shared <= key.length && added <= left && length <= left - added,
          "an entry is not inside its block");
      if (shared == 0) {
        wholeKeys.add(start);
      }
      key = Arrays.copyOf(key, (int) (shared + added));
      block.get(key, (int) shared, (int) added);
      ByteBuffer value = little(block.slice(block.position(), (int) length));
      block.position(block.position() + (int) length);
      if (isIndex) {
        int before = entries.size();
        readBlock(block(value), false);
        require(
            entries.size() > before && Arrays.compareUnsigned(lastKey, key) <= 0,
            "its index does not fit its blocks");
      } else {
        add(key, value);
      }
    }
    for (int i = 0; i < restarts; i++) {
      require(
          wholeKeys.contains(block.getInt(end + Integer.BYTES * i)),
          "a restart point is not the start of an entry");
    }
  }

  private void add(byte[] key, ByteBuffer value) {
    require(
        lastKey == null || Arrays.compareUnsigned(lastKey, key) < 0, "its keys are not in order");
    keyBytes += key.length;
    require(keyBytes <= MOST_KEY_BYTES, "its keys are too long");
    lastKey = key;
    entries.put(new String(key, StandardCharsets.ISO_8859_1), value);
  }

  /** Reads a number of seven bits a byte, the lowest first. */
  static long varint(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; shift < 63 && in.hasRemaining(); shift += 7) {
      byte next = in.get();
      value |= (next & 0x7FL) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new IllegalArgumentException("a number in it does not end");
  }

  static void require(boolean condition, String otherwise) {
    if (!condition) {
      throw new IllegalArgumentException(otherwise);
    }
  }

  private static ByteBuffer little(ByteBuffer buffer) {
    return buffer.order(ByteOrder.LITTLE_ENDIAN);
  }
}
