package org.wideresnet.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.function.BooleanSupplier;
import picocli.CommandLine;
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
record Failures(BooleanSupplier verbose)
    implements IParameterExceptionHandler, IExecutionExceptionHandler {

  /** Something failed at run time. */
  static final int FAILED = 1;

  /** An option or the content of a file is wrong. */
  static final int WRONG_INPUT = 2;

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
      if (!unmatched.getSuggestions().isEmpty()) {
        hint = "Did you mean %s? %s".formatted(unmatched.getSuggestions().get(0), hint);
      }
    }
    command.getErr().println("%s. %s".formatted(problem, hint));
    return WRONG_INPUT;
  }

  @Override
  public int handleExecutionException(Exception e, CommandLine command, ParseResult parsed) {
    return handle(e, command.getErr());
  }

  private int handle(Exception e, PrintWriter err) {
    if (verbose.getAsBoolean()) {
      e.printStackTrace(err);
    }
    if (e instanceof IllegalArgumentException) {
      err.println(e.getMessage());
      return WRONG_INPUT;
    }
    if (e instanceof IOException || e instanceof UncheckedIOException) {
      err.println(sentence(e));
    } else {
      err.println(
          "This is a bug in wrn: %s (--verbose shows where).".formatted(firstLine(e.toString())));
    }
    return FAILED;
  }

  /** Returns what to tell a person; the JDK's own exceptions of files have a path for a message. */
  static String sentence(Exception e) {
    if (e instanceof UncheckedIOException unchecked
        && unchecked.getCause().toString().equals(e.getMessage())) {
      return sentence(unchecked.getCause());
    }
    if (e instanceof NoSuchFileException missing) {
      return "There is no file %s.".formatted(missing.getFile());
    }
    if (e instanceof AccessDeniedException denied) {
      return "The rights of this user do not allow access to %s.".formatted(denied.getFile());
    }
    if (e instanceof FileSystemException other && other.getReason() != null) {
      return "%s: %s.".formatted(other.getFile(), other.getReason());
    }
    return e.getMessage();
  }

  private static String firstLine(String text) {
    return text == null ? "" : text.lines().findFirst().orElse("");
  }
}
