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
        .hasMessage(
            "The file " + file + " could not be written: " + obstacle + " is not a folder.");
  }

  @Test
  void aFolderAppearsWithAllItsFilesAndIsReplaced() throws IOException {
    Path target = folder.resolve("a/b");
    Files.createDirectories(folder.resolve("a/.b.unfinished/rest"));

    AtomicFile.writeFolder(target, path -> Files.writeString(path.resolve("one"), "1"));
    assertThat(files(target)).containsExactly(target.resolve("one"));
    AtomicFile.writeFolder(target, path -> Files.writeString(path.resolve("two"), "2"));
    assertThat(files(target)).containsExactly(target.resolve("two"));
    assertThat(files(target.getParent())).containsExactly(target);
  }

  @Test
  void aFailureLeavesTheOlderFileAndFolder() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "old");
    Path target = Files.createDirectory(folder.resolve("folder"));
    Files.writeString(target.resolve("one"), "1");
    AtomicFile.Content failing =
        path -> {
          Files.writeString(Files.isDirectory(path) ? path.resolve("half") : path, "half");
          throw new IOException(new IllegalStateException("first line.\nsecond line"));
        };

    assertThatThrownBy(() -> AtomicFile.write(file, failing))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file.toString())
        .hasMessageEndingWith(": first line.");
    assertThatThrownBy(() -> AtomicFile.writeFolder(target, failing))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(target.toString())
        .hasMessageEndingWith(": first line.");
    assertThat(file).hasContent("old");
    assertThat(target.resolve("one")).hasContent("1");
    assertThat(files(folder)).containsExactlyInAnyOrder(file, target);
  }

  private static Stream<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList().stream();
    }
  }
}
