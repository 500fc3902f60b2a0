package org.wideresnet.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunCheckpointsTest {

  @TempDir Path folder;

  @Test
  void checkpointsAreFoundByTheirSteps() throws IOException {
    RunCheckpoints checkpoints = checkpoints(390, 1_234_567, 780);
    Files.createDirectory(folder.resolve(".step-000999.unfinished"));
    Files.createDirectory(folder.resolve("step-1"));
    Files.createFile(folder.resolve("step-000001"));

    assertThat(checkpoints.steps()).containsExactly(390L, 780L, 1_234_567L);
    assertThat(checkpoints.latest()).hasValue(1_234_567);
    assertThat(checkpoints.find(390)).isEqualTo(folder.resolve("step-000390"));
    assertThat(checkpoints.find(1_234_567)).isEqualTo(folder.resolve("step-1234567"));
  }

  @Test
  void aMissingCheckpointIsRefusedWithThoseThatThereAre() throws IOException {
    RunCheckpoints checkpoints = checkpoints(390, 780);

    assertThatThrownBy(() -> checkpoints.find(400))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "There is no checkpoint of step 400 in "
                + folder
                + "; it holds those of the steps 390, 780.");
  }

  @Test
  void aRunWithoutCheckpointsHasNone() throws IOException {
    RunCheckpoints none = new RunCheckpoints(folder.resolve("checkpoints"));

    assertThat(none.steps()).isEmpty();
    assertThat(none.latest()).isEmpty();
    none.prune(2);
    assertThatThrownBy(() -> none.find(1))
        .hasMessage("There is no checkpoint of step 1 in " + none.folder() + ", which holds none.");
  }

  @Test
  void pruningKeepsTheLastOnesAndTheSpared() throws IOException {
    RunCheckpoints checkpoints = checkpoints(100, 200, 300, 400, 500);

    checkpoints.prune(2, 200);

    assertThat(names()).containsExactlyInAnyOrder("step-000200", "step-000400", "step-000500");
  }

  @Test
  void pruningClearsWhatAnInterruptedOneLeft() throws IOException {
    RunCheckpoints checkpoints = checkpoints(100);
    Files.createFile(Files.createDirectory(folder.resolve(".step-000050.deleted")).resolve("x"));
    Files.createDirectory(folder.resolve(".step-000150.unfinished"));

    checkpoints.prune(2);

    assertThat(names()).containsExactly("step-000100");
  }

  @Test
  void aDamagedCheckpointKeepsItsFilesUnderAnotherName() throws IOException {
    RunCheckpoints checkpoints = checkpoints(100, 200);

    Path aside = checkpoints.setAside(200);
    assertThat(aside).isEqualTo(folder.resolve("step-000200.damaged"));
    assertThat(aside.resolve("model.index")).isRegularFile();
    assertThat(checkpoints.steps()).containsExactly(100L);

    checkpoints(200).setAside(200);
    assertThat(names()).containsExactlyInAnyOrder("step-000100", "step-000200.damaged");
  }

  @Test
  void pruningNeverDeletesAll() throws IOException {
    RunCheckpoints checkpoints = checkpoints(100);

    assertThatThrownBy(() -> checkpoints.prune(0)).isInstanceOf(IllegalArgumentException.class);
    assertThat(names()).containsExactly("step-000100");
  }

  private RunCheckpoints checkpoints(long... steps) throws IOException {
    RunCheckpoints checkpoints = new RunCheckpoints(folder);
    for (long step : steps) {
      Files.createFile(Files.createDirectories(checkpoints.path(step)).resolve("model.index"));
    }
    return checkpoints;
  }

  private Stream<String> names() throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.map(entry -> entry.getFileName().toString()).toList().stream();
    }
  }
}
