package org.wideresnet.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.List;
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
    String hint = "\"%s --help\" lists what there is.".formatted(name(command));
    if (e instanceof UnmatchedArgumentException unmatched) {
      List<String> suggestions = unmatched.getSuggestions();
      if (!suggestions.isEmpty()) {
        hint = "Did you mean %s? %s".formatted(suggestions.get(0), hint);
      }
    }
    command.getErr().println("%s. %s".formatted(firstLine(e.getMessage()), hint));
    return WRONG_INPUT;
  }

  @Override
  public int handleExecutionException(Exception e, CommandLine command, ParseResult parsed) {
    return handle(e, command.getErr());
  }

  private int handle(Throwable e, PrintWriter err) {
    if (verbose.getAsBoolean()) {
      e.printStackTrace(err);
    }
    if (e instanceof IllegalArgumentException) {
      err.println(e.getMessage());
      return WRONG_INPUT;
    }
    if (e instanceof UncheckedIOException unchecked) {
      err.println(sentence(unchecked.getCause()));
    } else if (e instanceof IOException io) {
      err.println(sentence(io));
    } else {
      err.println(
          "This is a bug in wrn: %s (--verbose shows where).".formatted(firstLine(e.toString())));
    }
    return FAILED;
  }

  /** The JDK's own exceptions of files have a path for a message. */
  private static String sentence(IOException e) {
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

  private static String name(CommandLine command) {
    return command.getCommandSpec().qualifiedName();
  }

  private static String firstLine(String text) {
    return text == null ? "" : text.lines().findFirst().orElse("");
  }
}
