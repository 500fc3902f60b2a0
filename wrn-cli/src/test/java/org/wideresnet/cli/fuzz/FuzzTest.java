package org.wideresnet.cli.fuzz;

import static org.assertj.core.api.Assertions.assertThatNoException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Hostile bytes: those that once did harm, and some thousands that a seed decides. */
class FuzzTest {
  private static final int INPUTS = Integer.getInteger("fuzz.inputs", 1000);
  private static final long SEED = Long.getLong("fuzz.seed", 1);
  private static final int SHOWN = 4096;

  @ParameterizedTest
  @EnumSource
  void whatIsInOrderIsRead(Reader reader) throws IOException {
    for (byte[] seed : reader.seeds()) {
      reader.check(seed);
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatOnceDidHarmIsRefused(Reader reader) throws IOException {
    Path folder = Path.of("src/test/resources/fuzz", reader.name());
    if (Files.isDirectory(folder)) {
      try (Stream<Path> files = Files.list(folder)) {
        for (Path file : files.sorted().toList()) {
          assertRead(reader, Files.readAllBytes(file));
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void mutationsAreReadOrRefused(Reader reader) throws IOException {
    List<byte[]> seeds = reader.seeds();
    Mutations mutations = new Mutations(seeds, SEED);
    for (int i = 0; i < INPUTS; i++) {
      assertRead(reader, mutations.next());
    }
  }

  private static void assertRead(Reader reader, byte[] input) {
    assertThatNoException()
        .as(
            () ->
                "%s, %d bytes: %s"
                    .formatted(
                        reader,
                        input.length,
                        HexFormat.of().formatHex(input, 0, Math.min(input.length, SHOWN))))
        .isThrownBy(() -> reader.check(input));
  }
}
