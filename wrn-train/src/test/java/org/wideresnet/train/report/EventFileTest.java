package org.wideresnet.train.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.Event;

class EventFileTest {
  @TempDir Path folder;
  private Path path;

  @BeforeEach
  void writeThreeEvents() throws IOException {
    path = folder.resolve("events");
    try (EventFile file = EventFile.open(path)) {
      file.write(Event.newBuilder().setFileVersion("brain.Event:2").build());
      file.write(event(10));
      file.write(event(20));
    }
  }

  private static Event event(long step) {
    return Event.newBuilder().setStep(step).setWallTime(step / 3.0).build();
  }

  @Test
  void eventsAfterAStepAreCut() throws IOException {
    assertThat(stepsAfterCutting(20)).containsExactly(0L, 10L, 20L, 99L);
    assertThat(stepsAfterCutting(19)).containsExactly(0L, 10L, 99L);
    assertThat(stepsAfterCutting(0)).containsExactly(0L, 99L);
  }

  /** Whatever part of the last event a killed process wrote, the events before it stay. */
  @Test
  void halfAnEventIsCut() throws IOException {
    byte[] whole = Files.readAllBytes(path);
    for (int length = sizeOfTwo(); length < whole.length; length++) {
      Files.write(path, Arrays.copyOf(whole, length));
      assertThat(stepsAfterCutting(20)).as("%d bytes", length).containsExactly(0L, 10L, 99L);
    }
  }

  @Test
  void aFullDiskIsSaidWithTheNameOfTheFile() throws IOException {
    Path full = Path.of("/dev/full");
    assumeThat(full).exists();
    try (EventFile file = EventFile.open(full)) {
      assertThatIOException()
          .isThrownBy(() -> file.write(event(1)))
          .withMessageStartingWith("The file /dev/full could not be written: ");
    }
  }

  @Test
  void aDamagedEventAndWhatFollowsIsCut() throws IOException {
    byte[] whole = Files.readAllBytes(path);
    int third = sizeOfTwo();
    for (int damaged : new int[] {third, third + 7, third + 13, whole.length - 1}) {
      byte[] bytes = whole.clone();
      bytes[damaged] ^= 0x40;
      Files.write(path, bytes);
      assertThat(stepsAfterCutting(20)).as("byte %d", damaged).containsExactly(0L, 10L, 99L);
    }
  }

  private int sizeOfTwo() throws IOException {
    Path two = folder.resolve("two");
    Files.deleteIfExists(two);
    try (EventFile file = EventFile.open(two)) {
      file.write(Event.newBuilder().setFileVersion("brain.Event:2").build());
      file.write(event(10));
    }
    return (int) Files.size(two);
  }

  /** Cuts the file and appends an event. */
  private Iterable<Long> stepsAfterCutting(long lastStep) throws IOException {
    try (EventFile file = EventFile.open(path)) {
      file.cut(lastStep);
      file.write(event(99));
      file.sync();
    }
    return EventRecords.read(path).stream().map(Event::getStep).toList();
  }
}
