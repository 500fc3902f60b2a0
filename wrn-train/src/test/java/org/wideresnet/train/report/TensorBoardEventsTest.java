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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.Event;
import org.tensorflow.proto.Summary;
import org.wideresnet.train.History;

class TensorBoardEventsTest {
  private static final int CRC_MASK = 0xa282ead8;

  @TempDir Path run;

  @Test
  void writesAPointForEachEpochAtItsLastStep() throws IOException {
    try (TensorBoardEvents events = TensorBoardEvents.start(run, List.of(), 390)) {
      events.append(row(0, 0.25));
      events.append(row(1, Double.NaN));
    }
    List<Event> events = read();
    assertThat(events.get(0).getFileVersion()).isEqualTo("brain.Event:2");
    assertThat(events).extracting(Event::getStep).containsExactly(0L, 390L, 780L);
    assertThat(events.get(1).getSummary().getValueList())
        .extracting(Summary.Value::getTag)
        .containsExactly(
            "loss/train",
            "loss/held_out",
            "accuracy/train",
            "accuracy/held_out",
            "learning_rate",
            "images_per_second");
    assertThat(events.get(1).getSummary().getValue(3).getSimpleValue()).isEqualTo(0.25f);
    assertThat(events.get(2).getSummary().getValueCount()).isEqualTo(5);
  }

  @Test
  void aResumedRunHasNoEpochTwice() throws IOException {
    List<History.Row> done = List.of(row(0, 0.25));
    try (TensorBoardEvents events = TensorBoardEvents.start(run, done, 10)) {
      events.append(row(1, 0.5));
      events.append(row(2, 0.6));
    }
    try (TensorBoardEvents events = TensorBoardEvents.start(run, done, 10)) {
      events.append(row(1, 0.5));
    }
    assertThat(read()).extracting(Event::getStep).containsExactly(0L, 10L, 20L);
  }

  private static History.Row row(int epoch, double valAccuracy) {
    return new History.Row(epoch, 0.2, 0.1, 2.0, valAccuracy, 1.9, 60, 800);
  }

  private List<Event> read() throws IOException {
    Path file;
    try (Stream<Path> files = Files.list(run)) {
      List<Path> events =
          files.filter(path -> path.getFileName().toString().contains("tfevents")).toList();
      assertThat(events).hasSize(1);
      file = events.get(0);
    }
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
