package org.wideresnet.data.files;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * One file of records: read from the start to the end, and checked.
 *
 * @param file the file
 * @param layout the layout of its records
 */
public record RecordFile(Path file, RecordLayout layout) {

  private static final int BUFFER_BYTES = 1 << 20;

  /** Receives one record. */
  @FunctionalInterface
  public interface Visitor {
    /** Takes a record and its label; the array is overwritten by the next one. */
    void visit(byte[] record, int label);
  }

  /**
   * Returns the number of records, from the size of the file.
   *
   * @throws IllegalArgumentException if the file is missing, empty, of another layout or cut short
   * @throws IOException if its size cannot be read
   */
  public int records() throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IllegalArgumentException("There is no data file " + file + ".");
    }
    long bytes = Files.size(file);
    int recordBytes = layout.recordBytes();
    if (bytes == 0) {
      throw new IllegalArgumentException(
          file + " is empty: it should hold records of " + grouped(recordBytes) + " bytes.");
    }
    if (bytes % recordBytes != 0) {
      for (OfficialCifar other : OfficialCifar.values()) {
        int otherBytes = other.layout(false).recordBytes();
        if (bytes % otherBytes == 0) {
          throw new IllegalArgumentException(
              "%s holds %s records (%s bytes each), not records of %s bytes: use %s."
                  .formatted(
                      file,
                      other.title(),
                      grouped(otherBytes),
                      grouped(recordBytes),
                      other.option()));
        }
      }
      throw new IllegalArgumentException(
          "%s has %s bytes, which is not a whole number of records of %s bytes: it is cut short or damaged."
              .formatted(file, grouped(bytes), grouped(recordBytes)));
    }
    return Math.toIntExact(bytes / recordBytes);
  }

  /**
   * Shows the first {@code limit} records to a visitor, or all where there are fewer.
   *
   * @return how many records it was shown
   * @throws IllegalArgumentException as {@link #records()}, and if a label is out of range
   * @throws IOException if the file cannot be read
   */
  public int forEach(int limit, Visitor visitor) throws IOException {
    int count = Math.min(limit, records());
    byte[] record = new byte[layout.recordBytes()];
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES)) {
      for (int i = 0; i < count; i++) {
        if (in.readNBytes(record, 0, record.length) < record.length) {
          throw new IOException(file + " became shorter while it was read.");
        }
        visitor.visit(record, label(record, i));
      }
    }
    return count;
  }

  /**
   * Checks the size and every label; returns how many records there are of each class.
   *
   * @throws IllegalArgumentException as {@link #forEach}
   * @throws IOException if the file cannot be read
   */
  public int[] labelCounts() throws IOException {
    int[] counts = new int[layout.classes()];
    forEach(Integer.MAX_VALUE, (record, label) -> counts[label]++);
    return counts;
  }

  private int label(byte[] record, int position) {
    int label = Byte.toUnsignedInt(record[layout.labelIndex()]);
    if (label >= layout.classes()) {
      throw new IllegalArgumentException(
          "%s is damaged or of another data set: record %d has label %d, and labels go from 0 to %d."
              .formatted(file, position, label, layout.classes() - 1));
    }
    return label;
  }

  private static String grouped(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }
}
