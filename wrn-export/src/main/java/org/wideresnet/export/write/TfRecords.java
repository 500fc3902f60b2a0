package org.wideresnet.export.write;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.wideresnet.model.files.MaskedCrc32c;

/**
 * The TFRecord format, of which TensorFlow's warm-up requests and event files are made: length, its
 * checksum, data, their checksum; little-endian.
 *
 * @see <a href="https://www.tensorflow.org/tutorials/load_data/tfrecord">TFRecords format
 *     details</a>
 */
public final class TfRecords {
  private TfRecords() {}

  /**
   * Appends one record.
   *
   * @param data the record, as a rule a serialized message
   * @throws IOException if it cannot be written
   */
  public static void write(OutputStream out, byte[] data) throws IOException {
    byte[] length = littleEndian(Long.BYTES).putLong(data.length).array();
    out.write(length);
    out.write(maskedChecksum(length));
    out.write(data);
    out.write(maskedChecksum(data));
  }

  /**
   * Reads the next record; null at the end, or where what follows is not a whole record.
   *
   * @throws IOException if it cannot be read
   */
  public static byte[] read(InputStream in) throws IOException {
    byte[] length = in.readNBytes(Long.BYTES);
    if (!Arrays.equals(in.readNBytes(Integer.BYTES), maskedChecksum(length))) {
      return null;
    }
    long bytes = ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getLong();
    if (bytes < 0 || bytes > Integer.MAX_VALUE) {
      return null;
    }
    byte[] data = in.readNBytes((int) bytes);
    return Arrays.equals(in.readNBytes(Integer.BYTES), maskedChecksum(data)) ? data : null;
  }

  private static byte[] maskedChecksum(byte[] data) {
    return littleEndian(Integer.BYTES).putInt(MaskedCrc32c.of(ByteBuffer.wrap(data))).array();
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
