package org.wideresnet.train.report;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;
import org.tensorflow.proto.Event;

/**
 * A file of events as TensorBoard reads it. Each is a TFRecord: the length in eight bytes, its
 * checksum, the event, its checksum; all little-endian, checksums rotated as TensorFlow does.
 */
final class EventFile implements AutoCloseable {
  private static final int HEAD = Long.BYTES + Integer.BYTES;
  private static final int CRC_MASK = 0xa282ead8;

  private final Path file;
  private final FileChannel channel;

  private EventFile(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Opens a file to append to it.
   *
   * @throws IOException if it cannot be opened
   */
  static EventFile open(Path file) throws IOException {
    return new EventFile(
        file,
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE));
  }

  /**
   * Keeps the events of the first steps, which come first in the file; drops the others, and what a
   * process left that was killed in the midst of an event. What is appended comes after them.
   *
   * @param lastStep the last step whose events stay
   * @throws IOException if the file cannot be read or cut
   */
  void cut(long lastStep) throws IOException {
    long end = 0;
    channel.position(0);
    for (Event event = next(); event != null && event.getStep() <= lastStep; event = next()) {
      end = channel.position();
    }
    channel.truncate(end).position(end);
  }

  /** Returns the next event; null at the end, or where what follows is no event. */
  private Event next() throws IOException {
    ByteBuffer head = read(HEAD);
    if (head == null || maskedCrc(head.slice(0, Long.BYTES)) != head.getInt(Long.BYTES)) {
      return null;
    }
    long length = head.getLong(0);
    if (length > channel.size() - channel.position() - Integer.BYTES) {
      return null;
    }
    ByteBuffer data = read((int) length);
    ByteBuffer crc = read(Integer.BYTES);
    return maskedCrc(data.slice()) == crc.getInt(0) ? Event.parseFrom(data) : null;
  }

  /** Returns so many bytes, or null where there are fewer. */
  private ByteBuffer read(int bytes) throws IOException {
    ByteBuffer buffer = littleEndian(bytes);
    while (buffer.hasRemaining() && channel.read(buffer) >= 0) {}
    return buffer.hasRemaining() ? null : buffer.flip();
  }

  /**
   * Appends an event.
   *
   * @throws IOException if it cannot be written
   */
  void write(Event event) throws IOException {
    byte[] data = event.toByteArray();
    ByteBuffer length = littleEndian(Long.BYTES).putLong(data.length).flip();
    ByteBuffer record = littleEndian(HEAD + data.length + Integer.BYTES);
    record.put(length.duplicate()).putInt(maskedCrc(length)).put(data);
    record.putInt(maskedCrc(ByteBuffer.wrap(data))).flip();
    try {
      while (record.hasRemaining()) {
        channel.write(record);
      }
    } catch (IOException e) {
      throw new IOException(
          "The file %s could not be written: %s.".formatted(file, e.getMessage()), e);
    }
  }

  /**
   * Waits until the disk has all events.
   *
   * @throws IOException if it fails to
   */
  void sync() throws IOException {
    channel.force(false);
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static int maskedCrc(ByteBuffer data) {
    CRC32C crc = new CRC32C();
    crc.update(data);
    return Integer.rotateRight((int) crc.getValue(), 15) + CRC_MASK;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
