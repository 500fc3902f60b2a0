package org.wideresnet.model.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {

  @TempDir Path folder;

  @Test
  void aFileAppearsWithItsFoldersAndIsReplaced() throws IOException {
    Path file = folder.resolve("a/b/text");

    AtomicFile.write(file, "Größe");
    assertThat(file).hasContent("Größe");
    AtomicFile.write(file, "x");
    assertThat(file).hasContent("x");
    assertThat(files(file.getParent())).containsExactly(file);
  }

  @Test
  void aRestOfAnInterruptedWriteIsNoObstacle() throws IOException {
    Path file = folder.resolve("text");
    Files.writeString(folder.resolve(".text.unfinished"), "longer than what follows");

    AtomicFile.write(file, "short");

    assertThat(file).hasContent("short");
    assertThat(files(folder)).containsExactly(file);
  }

  @Test
  void aFailureNamesTheFileAndTheReason() throws IOException {
    Path obstacle = Files.createFile(folder.resolve("obstacle"));
    Path file = obstacle.resolve("text");

    assertThatThrownBy(() -> AtomicFile.write(file, "x"))
        .isInstanceOf(IOException.class)
        .hasMessage("The file " + file + " could not be written: " + obstacle + " is no folder.");
  }

  private static Stream<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList().stream();
    }
  }
}
