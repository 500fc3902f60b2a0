package org.wideresnet.train.report;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.zip.CRC32C;
import org.tensorflow.proto.Event;
import org.tensorflow.proto.Summary;
import org.wideresnet.train.History;

/**
 * The history of a run as an event file that TensorBoard reads: one point an epoch for each of its
 * columns, at the step that the epoch ended with.
 */
public final class TensorBoardEvents implements AutoCloseable {
  private static final String PREFIX = "events.out.tfevents.";
  private static final int CRC_MASK = 0xa282ead8;

  private final FileChannel file;
  private final int stepsPerEpoch;

  private TensorBoardEvents(FileChannel file, int stepsPerEpoch) {
    this.file = file;
    this.stepsPerEpoch = stepsPerEpoch;
  }

  /**
   * Starts the event file of a run, in place of an older file, which may hold epochs that a resumed
   * run does again.
   *
   * @param run the directory of the run
   * @param rows the epochs that are done
   * @throws IOException if the file cannot be written
   */
  public static TensorBoardEvents start(Path run, List<History.Row> rows, int stepsPerEpoch)
      throws IOException {
    try (DirectoryStream<Path> old = Files.newDirectoryStream(run, PREFIX + "*")) {
      for (Path path : old) {
        Files.delete(path);
      }
    }
    Path path = run.resolve(PREFIX + System.currentTimeMillis() / 1000 + ".wrn");
    FileChannel file =
        FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    TensorBoardEvents events = new TensorBoardEvents(file, stepsPerEpoch);
    events.write(event().setFileVersion("brain.Event:2").build());
    for (History.Row row : rows) {
      events.append(row);
    }
    return events;
  }

  /**
   * Adds an epoch.
   *
   * @throws IOException if the file cannot be written
   */
  public void append(History.Row row) throws IOException {
    Summary.Builder summary = Summary.newBuilder();
    add(summary, "loss/train", row.loss());
    add(summary, "loss/held_out", row.valLoss());
    add(summary, "accuracy/train", row.accuracy());
    add(summary, "accuracy/held_out", row.valAccuracy());
    add(summary, "learning_rate", row.learningRate());
    add(summary, "images_per_second", row.imagesPerSecond());
    write(event().setStep((row.epoch() + 1L) * stepsPerEpoch).setSummary(summary).build());
  }

  private static Event.Builder event() {
    return Event.newBuilder().setWallTime(System.currentTimeMillis() / 1e3);
  }

  private static void add(Summary.Builder summary, String tag, double value) {
    if (Double.isFinite(value)) {
      summary.addValue(Summary.Value.newBuilder().setTag(tag).setSimpleValue((float) value));
    }
  }

  /** A TFRecord: length, its checksum, the data, their checksum; little-endian. */
  private void write(Event event) throws IOException {
    byte[] data = event.toByteArray();
    ByteBuffer length = littleEndian(Long.BYTES).putLong(data.length).flip();
    ByteBuffer record = littleEndian(Long.BYTES + Integer.BYTES + data.length + Integer.BYTES);
    record.put(length.duplicate()).putInt(maskedCrc(length)).put(data);
    record.putInt(maskedCrc(ByteBuffer.wrap(data))).flip();
    while (record.hasRemaining()) {
      file.write(record);
    }
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
    file.close();
  }
}
