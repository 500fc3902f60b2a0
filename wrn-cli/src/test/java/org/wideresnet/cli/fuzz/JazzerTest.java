package org.wideresnet.cli.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Hostile bytes that Jazzer makes up, guided by what is executed: {@code mvn verify -Pfuzz
 * -Dfuzz.runs=100000}. Inputs that led to something new stay in {@code target/fuzz}, where the next
 * call goes on; one that does harm is written there too, and belongs into {@code
 * src/test/resources/fuzz}.
 */
@Tag("fuzz")
class JazzerTest {
  private static final long RUNS = Long.getLong("fuzz.runs", 10_000);
  private static final long LONGEST_SECONDS = 20;
  private static final long MOST_MIB = 2048;
  private static final List<String> WATCHED =
      List.of(
          "org.wideresnet.**",
          "com.fasterxml.**",
          "io.jhdf.**",
          "org.yaml.**",
          "org.apache.commons.compress.**");

  @ParameterizedTest
  @EnumSource
  void everyInputIsReadOrRefused(Reader reader) throws Exception {
    Path folder = Path.of("target", "fuzz", reader.name());
    Path seeds = Files.createDirectories(folder.resolve("seeds"));
    Path corpus = Files.createDirectories(folder.resolve("corpus"));
    int number = 0;
    for (byte[] seed : reader.seeds()) {
      Files.write(seeds.resolve("seed-" + number++), seed);
    }
    Path log = folder.resolve("log.txt");
    assertThat(jazzer(reader, folder, corpus, seeds, log).waitFor())
        .as("see %s", log.toAbsolutePath())
        .isZero();
  }

  private static Process jazzer(Reader reader, Path folder, Path corpus, Path seeds, Path log)
      throws IOException {
    List<String> command =
        List.of(
            ProcessHandle.current().info().command().orElseThrow(),
            "-Xmx512m",
            "-cp",
            System.getProperty("java.class.path"),
            "com.code_intelligence.jazzer.Jazzer",
            "--target_class=" + JazzerTarget.class.getName(),
            "--target_args=" + reader.name(),
            "--instrumentation_includes=" + String.join(":", WATCHED),
            "-runs=" + RUNS,
            "-seed=1",
            "-timeout=" + LONGEST_SECONDS,
            "-rss_limit_mb=" + MOST_MIB,
            "-artifact_prefix=" + folder + "/",
            corpus.toString(),
            seeds.toString());
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
  }
}
