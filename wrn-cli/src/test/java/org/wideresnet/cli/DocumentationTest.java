package org.wideresnet.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.wideresnet.train.settings.Recipe;

/** What the documentation says to type, and its Java code, is understood. */
class DocumentationTest {
  private static final Path ROOT = Path.of("..");
  private static final Pattern COMMAND = Pattern.compile("(?m)^(?:#   )?\\./wrn +(.+)$");
  private static final Pattern JAVA = Pattern.compile("(?s)```java\\n(.*?)```");
  private static final Pattern LINK = Pattern.compile("(?:\\]\\(|src=\")([^)\":]+)[)\"]");

  private static Stream<String> commands() throws IOException {
    StringBuilder text = new StringBuilder();
    for (Path file : documents()) {
      text.append(Files.readString(file)).append('\n');
    }
    for (String recipe : Recipe.SHIPPED) {
      text.append(
          Files.readString(
              ROOT.resolve("wrn-train/src/main/resources/org/wideresnet/train/settings/recipes")
                  .resolve(recipe + ".yaml")));
    }
    return COMMAND.matcher(text).results().map(result -> result.group(1)).distinct();
  }

  private static List<Path> documents() throws IOException {
    try (Stream<Path> files = Files.list(ROOT);
        Stream<Path> more = Files.list(ROOT.resolve("docs"))) {
      return Stream.concat(files, more)
          .filter(file -> file.toString().endsWith(".md"))
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("commands")
  void everyCommandIsUnderstood(String command) {
    PrintWriter silent = new PrintWriter(new StringWriter());
    assertThatNoException()
        .isThrownBy(
            () -> WrnCommand.commandLine(silent, silent).parseArgs(command.strip().split(" +")));
  }

  @ParameterizedTest
  @CsvSource({"README.md, ReadmeExample", "docs/serving.md, ServingExample"})
  void theJavaCodeCompiles(String document, String className) throws IOException {
    List<String> blocks =
        JAVA.matcher(Files.readString(ROOT.resolve(document)))
            .results()
            .map(result -> withoutBlanks(result.group(1)))
            .toList();
    Path example = Path.of("src/test/java/org/wideresnet/cli", className + ".java");
    String compiled = withoutBlanks(Files.readString(example));
    assertThat(blocks).isNotEmpty().allSatisfy(block -> assertThat(compiled).contains(block));
  }

  @Test
  void everyLinkedFileIsThere() throws IOException {
    for (Path document : documents()) {
      List<String> files =
          LINK.matcher(Files.readString(document)).results().map(link -> link.group(1)).toList();
      for (String file : files) {
        assertThat(document.resolveSibling(file)).as("%s in %s", file, document).exists();
      }
    }
  }

  private static String withoutBlanks(String text) {
    return text.replaceAll("\\s+", "");
  }
}
