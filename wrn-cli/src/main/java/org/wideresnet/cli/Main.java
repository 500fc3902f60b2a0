package org.wideresnet.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.wideresnet.cli.terminal.Failures;
import org.wideresnet.cli.terminal.Terminal;

/** The entry point of the {@code wrn} command. */
public final class Main {
  private Main() {}

  /**
   * Runs a command and ends the process with its exit code.
   *
   * @param args the command line
   * @throws IOException if the terminal cannot be opened
   */
  public static void main(String[] args) throws IOException {
    // TensorFlow Java writes the numbers in names of ops as the locale has them, and TensorFlow
    // refuses others than ASCII's.
    Locale.setDefault(Locale.Category.FORMAT, Locale.ROOT);
    if (Terminal.progressColumns() > 0 && !List.of(args).contains("--verbose")) {
      silenceTensorFlow();
    }
    System.exit(run(args));
  }

  private static int run(String[] args) {
    PrintWriter err = utf8(System.err);
    try {
      return WrnCommand.commandLine(utf8(System.out), err).execute(args);
    } catch (OutOfMemoryError | LinkageError e) {
      return new Failures(() -> List.of(args).contains("--verbose")).handle(e, err);
    }
  }

  /**
   * TensorFlow's native code logs lines to standard error whatever level was set. Where that is a
   * terminal, this program opens it anew for itself; closing the descriptor gives it to nobody,
   * because Java then points it to {@code /dev/null}.
   */
  private static void silenceTensorFlow() throws IOException {
    PrintStream terminal =
        new PrintStream(new FileOutputStream("/dev/fd/2"), true, StandardCharsets.UTF_8);
    new FileOutputStream(FileDescriptor.err).close();
    System.setErr(terminal);
  }

  /** The table of layers needs more than ASCII, whatever the locale. */
  private static PrintWriter utf8(PrintStream stream) {
    return new PrintWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8), true);
  }
}
