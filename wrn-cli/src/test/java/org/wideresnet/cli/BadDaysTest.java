package org.wideresnet.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Trainings in surroundings that they were not developed in, each a process of its own. */
@Tag("slow")
class BadDaysTest {
  private static final int MEASURED = 6; // columns of the history that are no times

  @TempDir static Path temp;
  private static Path data;
  private static List<String> expected;

  /** How a command ended, and all that it printed. */
  private record Ended(int code, String output) {}

  @BeforeAll
  static void trainOnAGoodDay() throws Exception {
    data = TestData.small(temp);
    Path run = temp.resolve("good");
    assertThat(train("", Map.of(), List.of(), run, data).code()).isZero();
    expected = history(run);
  }

  /** Runs a line of the shell, in which {@code "$@"} is the command. */
  private static Ended shell(
      String line, Map<String, String> environment, List<String> javaOptions, List<Object> words)
      throws Exception {
    List<String> command = new ArrayList<>(List.of("bash", "-c", line, "wrn"));
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0"));
    command.addAll(javaOptions);
    command.addAll(List.of("-cp", absoluteClassPath(), Main.class.getName()));
    words.forEach(word -> command.add(word.toString()));
    ProcessBuilder builder = new ProcessBuilder(command).directory(temp.toFile());
    builder.environment().putAll(environment);
    builder.environment().values().removeIf(String::isEmpty);
    Path log = Files.createTempFile(temp, "log", ".txt");
    Process process = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    return new Ended(process.waitFor(), Files.readString(log));
  }

  private static String absoluteClassPath() {
    return String.join(
        ":",
        List.of(System.getProperty("java.class.path").split(":")).stream()
            .map(entry -> Path.of(entry).toAbsolutePath().toString())
            .toList());
  }

  private static Ended train(
      String redirection,
      Map<String, String> environment,
      List<String> javaOptions,
      Object run,
      Path dataFolder)
      throws Exception {
    return shell(
        "exec \"$@\" " + redirection,
        environment,
        javaOptions,
        List.of(
            "train",
            "--recipe",
            "smoke",
            "--deterministic",
            "--data=" + dataFolder,
            "--run-dir=" + run));
  }

  private static List<String> history(Path run) throws IOException {
    return Files.readAllLines(run.resolve("history.csv")).stream()
        .map(line -> String.join(",", List.of(line.split(",")).subList(0, MEASURED)))
        .toList();
  }

  private static void assertTrained(Ended ended, Path run) throws IOException {
    assertThat(ended.code()).as(ended.output()).isZero();
    assertThat(history(run)).isEqualTo(expected);
    assertThat(run.resolve("saved-model/1/saved_model.pb")).isRegularFile();
  }

  /** A Turkish i is not an I, German has a decimal comma, and Arabic has digits of its own. */
  @ParameterizedTest
  @ValueSource(strings = {"tr-TR", "de-DE", "ar-EG-u-nu-arab"})
  void anyLocale(String tag) throws Exception {
    String[] parts = tag.split("-", 3);
    List<String> options =
        new ArrayList<>(List.of("-Duser.language=" + parts[0], "-Duser.country=" + parts[1]));
    if (parts.length > 2) {
      options.add("-Duser.extensions=" + parts[2]);
    }
    Path run = temp.resolve(tag);
    Ended ended = train("", Map.of(), options, run, data);
    assertTrained(ended, run);
    assertThat(ended.output())
        .contains("epoch 2/2  loss ")
        .doesNotContainPattern("[\u0660-\u0669]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"meine Läufe/größer", "-run; $(exit) 'a'"})
  void anyPath(String name) throws Exception {
    Path folder = Files.createDirectories(temp.resolve("data of " + name));
    try (Stream<Path> files = Files.list(data)) {
      for (Path file : files.toList()) {
        Files.copy(file, folder.resolve(file.getFileName()));
      }
    }
    Ended ended = train("", Map.of("LC_ALL", "C.UTF-8"), List.of(), name, folder);
    assertTrained(ended, temp.resolve(name));
  }

  @Test
  void noHomeNoTerminalNoStandardInput() throws Exception {
    Path run = temp.resolve("homeless");
    Ended ended =
        train("<&-", Map.of("HOME", "", "TMPDIR", "/nowhere", "TERM", ""), List.of(), run, data);
    assertTrained(ended, run);
  }

  @Test
  void closedStandardOutput() throws Exception {
    Path run = temp.resolve("unheard");
    assertThat(train(">&- 2>&-", Map.of(), List.of(), run, data).code()).isZero();
    assertThat(history(run)).isEqualTo(expected);
  }

  @Test
  void aFolderThatNobodyMayWriteTo() throws Exception {
    Ended ended = train("", Map.of(), List.of(), "/proc/run", data);
    assertThat(ended.code()).as(ended.output()).isIn(1, 2);
    assertThat(ended.output()).contains("/proc/run").doesNotContain("bug in wrn", "\tat ");
  }

  /** A disk of so many KiB, of which the training needs more. */
  @ParameterizedTest
  @ValueSource(ints = {400, 1000})
  void aFullDisk(int size) throws Exception {
    Path disk = Files.createDirectory(temp.resolve("disk-" + size));
    String option = "size=" + size + "k";
    Process mount =
        new ProcessBuilder("mount", "-t", "tmpfs", "-o", option, "wrn", disk.toString()).start();
    assumeTrue(mount.waitFor() == 0, "only root may mount");
    try {
      Ended ended = train("", Map.of(), List.of(), disk.resolve("run"), data);
      assertThat(ended.code()).as(ended.output()).isEqualTo(1);
      assertThat(ended.output()).contains("No space left").doesNotContain("bug in wrn", "\tat ");
    } finally {
      new ProcessBuilder("umount", disk.toString()).start().waitFor();
    }
  }

  @Test
  void workersOfOtherMachinesNeedATrustedNetwork() throws Exception {
    String cluster =
        "{\"cluster\": {\"worker\": [\"a:2222\", \"b:2222\"]}, \"task\": {\"type\": \"worker\", \"index\": 0}}";
    Ended ended = train("", Map.of("TF_CONFIG", cluster), List.of(), temp.resolve("w"), data);
    assertThat(ended.code()).as(ended.output()).isEqualTo(2);
    assertThat(ended.output()).contains("Whoever reaches the ports", "--trust-network");
    assertThat(temp.resolve("w")).doesNotExist();
  }
}
