package org.wideresnet.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.exceptions.TFInvalidArgumentException;
import org.tensorflow.exceptions.TFResourceExhaustedException;
import org.wideresnet.cli.Wrn;
import org.wideresnet.train.TrainingDivergedException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

class FailuresTest {
  private static Stream<Arguments> failures() {
    return Stream.of(
        Arguments.of(new IllegalArgumentException("No."), 2, "No."),
        Arguments.of(new IOException("The disk is full."), 1, "The disk is full."),
        Arguments.of(new UncheckedIOException(new IOException("Gone.")), 1, "Gone."),
        Arguments.of(
            new AccessDeniedException("a.bin"),
            1,
            "The rights of this user do not allow access to a.bin."),
        Arguments.of(
            new FileSystemException("runs", null, "Read-only file system"),
            1,
            "runs: Read-only file system."),
        Arguments.of(
            new TrainingDivergedException("The loss became NaN."), 1, "The loss became NaN."),
        Arguments.of(
            new TFInvalidArgumentException("Bad shape"), 1, "TensorFlow failed: Bad shape"),
        Arguments.of(
            new TFResourceExhaustedException("OOM"),
            1,
            "There is not enough memory; a smaller --batch-size or --model needs less (OOM)."),
        Arguments.of(new NoSuchFileException("cat.png"), 1, "There is no file cat.png."),
        Arguments.of(
            new IllegalStateException("odd"),
            1,
            "This is a bug in wrn: java.lang.IllegalStateException: odd (--verbose shows where)."));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void anExceptionIsOneSentenceAndAnExitCode(Exception failure, int code, String sentence) {
    Wrn wrn = fail(failure, false);
    assertThat(wrn.err()).isEqualToIgnoringNewLines(sentence);
    assertThat(wrn.code()).isEqualTo(code);
  }

  @Test
  void verboseShowsWhereItComesFrom() {
    Wrn wrn = fail(new IllegalArgumentException("No."), true);
    assertThat(wrn.err()).contains("at org.wideresnet.cli.terminal.FailuresTest");
    assertThat(wrn.code()).isEqualTo(2);
  }

  @Test
  void aMissingCommandIsWrongUsage() {
    Wrn.run().refused("A command is missing", "wrn --help");
  }

  @Test
  void anUnknownCommandIsNamedWithTheNearestOne() {
    Wrn.run("sumary").refused("There is no command 'sumary'", "Did you mean summary?");
    Wrn.run("version").refused("Did you mean --version?");
    assertThat(Wrn.run("deploy").refused("no command 'deploy'").err()).doesNotContain("Did you");
  }

  @Test
  void anArgumentTooManyIsNamed() {
    Wrn.run("summary", "wrn-16-2").refused("'wrn-16-2' is one too many", "wrn summary --help");
  }

  @Test
  void verboseIsUnderstoodByEveryCommand() {
    Wrn wrn = Wrn.run("summary", "--verbose", "--model", "wrn-17-2");
    assertThat(wrn.err()).contains("17").contains("at org.wideresnet.model.WideResNetConfig");
    assertThat(wrn.code()).isEqualTo(2);
  }

  private static Wrn fail(Exception failure, boolean verbose) {
    @Command
    record Failing(Exception failure) implements Callable<Integer> {
      @Override
      public Integer call() throws Exception {
        throw failure;
      }
    }

    StringWriter err = new StringWriter();
    int code =
        new CommandLine(new Failing(failure))
            .setErr(new PrintWriter(err))
            .setExecutionExceptionHandler(new Failures(() -> verbose))
            .execute();
    return new Wrn(code, "", err.toString());
  }
}
