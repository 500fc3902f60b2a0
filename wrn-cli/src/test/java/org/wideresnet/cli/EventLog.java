package org.wideresnet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.tensorflow.proto.Event;
import org.tensorflow.proto.Summary;

/** What the event file of a run says, apart from the time. */
final class EventLog {
  private static final Set<String> TIMES =
      Set.of("images_per_second", "data_wait", "_hparams_/session_start_info");

  private EventLog() {}

  /** Returns steps and values, in the order of the only event file. */
  static List<String> of(Path run) throws IOException {
    List<Path> files;
    try (Stream<Path> entries = Files.list(run)) {
      files = entries.filter(path -> path.toString().contains("tfevents")).toList();
    }
    assertThat(files).hasSize(1);
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(files.get(0)));
    bytes.order(ByteOrder.LITTLE_ENDIAN);
    List<String> events = new ArrayList<>();
    while (bytes.hasRemaining()) {
      byte[] data = new byte[(int) bytes.getLong()];
      bytes.getInt(); // the checksum of the length
      bytes.get(data);
      bytes.getInt(); // that of the data
      events.add(withoutTime(Event.parseFrom(data)));
    }
    return events;
  }

  private static String withoutTime(Event event) {
    Summary.Builder summary = Summary.newBuilder();
    event.getSummary().getValueList().stream()
        .filter(value -> !TIMES.contains(value.getTag()))
        .forEach(summary::addValue);
    return event.getStep() + " " + summary.build();
  }
}
