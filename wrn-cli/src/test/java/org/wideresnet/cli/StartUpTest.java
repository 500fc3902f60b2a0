package org.wideresnet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TensorFlow takes a second to load, which only those commands spend that compute. */
class StartUpTest {
  /** The class that loads every native library of TensorFlow Java. */
  private static final String LOADER = "org.bytedeco.javacpp.Loader ";

  @TempDir Path temp;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--help",
        "plot --to plot.png",
        "data info --data DATA",
        "data verify --data DATA",
        "data preview --data DATA"
      })
  void doesWithoutTensorFlow(String command) throws IOException, InterruptedException {
    assertThat(classesOf(command)).contains(Main.class.getName()).doesNotContain(LOADER);
  }

  @Test
  void anAugmentationTakesTensorFlow() throws IOException, InterruptedException {
    assertThat(classesOf("data preview --data DATA --augment flip-crop")).contains(LOADER);
  }

  /** Runs a command in a process of its own; returns what classes were loaded. */
  private String classesOf(String command) throws IOException, InterruptedException {
    Path log = temp.resolve("classes.log");
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(List.of("-Xlog:class+load:file=" + log, "-Djava.awt.headless=true"));
    words.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    words.addAll(List.of(command.split(" ")));
    words.replaceAll(word -> word.equals("DATA") ? TestData.small(temp).toString() : word);
    Path output = temp.resolve("output.txt");
    Process process =
        new ProcessBuilder(words)
            .directory(temp.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    assertThat(process.waitFor()).as("%s", output).isZero();
    return Files.readString(log);
  }
}
