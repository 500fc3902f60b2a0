package org.wideresnet.train.report;

import com.google.protobuf.InvalidProtocolBufferException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.tensorflow.proto.Event;
import org.wideresnet.export.write.TfRecords;

/** A file of events as TensorBoard reads it, each a TFRecord. */
final class EventFile implements AutoCloseable {
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
    InputStream records = Channels.newInputStream(channel.position(0));
    for (byte[] event = TfRecords.read(records);
        event != null && isUntil(lastStep, event);
        event = TfRecords.read(records)) {
      end = channel.position();
    }
    channel.truncate(end).position(end);
  }

  private static boolean isUntil(long lastStep, byte[] event) {
    try {
      return Event.parseFrom(event).getStep() <= lastStep;
    } catch (InvalidProtocolBufferException e) {
      return false; // not an event
    }
  }

  /**
   * Appends an event.
   *
   * @throws IOException if it cannot be written
   */
  void write(Event event) throws IOException {
    ByteArrayOutputStream record = new ByteArrayOutputStream();
    TfRecords.write(record, event.toByteArray());
    try {
      Channels.newOutputStream(channel).write(record.toByteArray());
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

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
