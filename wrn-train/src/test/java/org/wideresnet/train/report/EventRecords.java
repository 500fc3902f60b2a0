package org.wideresnet.train.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.hash.Hashing;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.tensorflow.proto.Event;

/** Reads event files on its own, checksums included. */
public final class EventRecords {
  private static final int CRC_MASK = 0xa282ead8;

  private EventRecords() {}

  /** Returns the only event file of a run. */
  public static Path file(Path run) throws IOException {
    try (Stream<Path> files = Files.list(run)) {
      List<Path> events =
          files.filter(path -> path.getFileName().toString().contains("tfevents")).toList();
      assertThat(events).hasSize(1);
      return events.get(0);
    }
  }

  public static List<Event> read(Path file) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    List<Event> events = new ArrayList<>();
    while (buffer.hasRemaining()) {
      byte[] length = new byte[8];
      buffer.get(length);
      assertThat(buffer.getInt()).isEqualTo(maskedCrc(length));
      byte[] data =
          new byte[(int) ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getLong()];
      buffer.get(data);
      assertThat(buffer.getInt()).isEqualTo(maskedCrc(data));
      events.add(Event.parseFrom(data));
    }
    return events;
  }

  private static int maskedCrc(byte[] data) {
    return Integer.rotateRight(Hashing.crc32c().hashBytes(data).asInt(), 15) + CRC_MASK;
  }
}
