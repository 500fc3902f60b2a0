package org.wideresnet.cli.terminal;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.apache.commons.text.similarity.LevenshteinDistance;
import org.tensorflow.exceptions.TFResourceExhaustedException;
import org.wideresnet.train.TrainingDivergedException;
import picocli.CommandLine;
import picocli.CommandLine.ExecutionException;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * What becomes of an exception: one sentence on standard error and an exit code; a stack trace only
 * where it was asked for.
 *
 * @param verbose whether it was asked for
 */
public record Failures(BooleanSupplier verbose)
    implements IParameterExceptionHandler, IExecutionExceptionHandler {

  /** Something failed at run time. */
  public static final int FAILED = 1;

  /** An option or the content of a file is wrong. */
  public static final int WRONG_INPUT = 2;

  /** A command was interrupted and ended in order; as shells have it for Ctrl-C. */
  public static final int INTERRUPTED = 130;

  @Override
  public int handleParseException(ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    String problem = firstLine(e.getMessage());
    String hint =
        "\"%s --help\" lists what there is.".formatted(command.getCommandSpec().qualifiedName());
    if (e instanceof UnmatchedArgumentException unmatched) {
      String word = unmatched.getUnmatched().get(0);
      boolean commandExpected = !command.getSubcommands().isEmpty();
      if (unmatched.isUnknownOption()) {
        problem = "There is no option %s".formatted(word);
      } else if (commandExpected) {
        problem = "There is no command '%s'".formatted(word);
      } else {
        problem = "The argument '%s' is one too many".formatted(word);
      }
      hint = meant(unmatched).map(near -> "Did you mean %s? ".formatted(near)).orElse("") + hint;
    }
    command.getErr().println("%s. %s".formatted(problem, hint));
    return WRONG_INPUT;
  }

  /** Returns what a word was probably meant to be: an option without its dashes, or one near. */
  private static Optional<String> meant(UnmatchedArgumentException unmatched) {
    String word = unmatched.getUnmatched().get(0);
    String option = "--" + word;
    if (unmatched.getCommandLine().getCommandSpec().findOption(option) != null) {
      return Optional.of(option);
    }
    LevenshteinDistance distance = LevenshteinDistance.getDefaultInstance();
    return unmatched.getSuggestions().stream()
        .filter(candidate -> distance.apply(word, candidate) <= Math.max(1, word.length() / 3))
        .findFirst();
  }

  @Override
  public int handleExecutionException(Exception e, CommandLine command, ParseResult parsed) {
    return handle(e, command.getErr());
  }

  /** Says what went wrong; returns the exit code. */
  public int handle(Throwable e, PrintWriter err) {
    if (verbose.getAsBoolean()) {
      e.printStackTrace(err);
    }
    Throwable cause = e instanceof ExecutionException && e.getCause() != null ? e.getCause() : e;
    err.println(sentence(cause));
    err.flush();
    return cause instanceof IllegalArgumentException && !isNative(cause) ? WRONG_INPUT : FAILED;
  }

  /** Returns what to tell a person. */
  public static String sentence(Throwable e) {
    if (e instanceof UncheckedIOException unchecked
        && unchecked.getCause().toString().equals(e.getMessage())) {
      return sentence(unchecked.getCause());
    }
    if (e instanceof FileSystemException file) {
      return sentence(file);
    }
    String reason = firstLine(e.getMessage());
    if (e instanceof TFResourceExhaustedException || e instanceof OutOfMemoryError) {
      return "There is not enough memory; a smaller --batch-size or --model needs less (%s)."
          .formatted(reason);
    }
    if (isNative(e)) {
      return "TensorFlow failed: %s".formatted(reason);
    }
    if (e instanceof IllegalArgumentException
        || e instanceof IOException
        || e instanceof UncheckedIOException
        || e instanceof TrainingDivergedException) {
      return e.getMessage();
    }
    if (e instanceof LinkageError) {
      return "TensorFlow's native library does not work on this machine: %s.".formatted(reason);
    }
    return "This is a bug in wrn: %s (--verbose shows where).".formatted(firstLine(e.toString()));
  }

  /** Some of TensorFlow's exceptions extend those that the JDK has for wrong arguments. */
  private static boolean isNative(Throwable e) {
    return e.getClass().getPackage().equals(TFResourceExhaustedException.class.getPackage());
  }

  /** The JDK's own exceptions of files have a path for a message; ours have a sentence. */
  private static String sentence(FileSystemException e) {
    if (e instanceof NoSuchFileException) {
      return "There is no file %s.".formatted(e.getFile());
    }
    if (e instanceof AccessDeniedException) {
      return "The rights of this user do not allow access to %s.".formatted(e.getFile());
    }
    return e.getReason() == null ? e.getMessage() : "%s: %s.".formatted(e.getFile(), e.getReason());
  }

  private static String firstLine(String text) {
    return text == null ? "" : text.lines().findFirst().orElse("");
  }
}
