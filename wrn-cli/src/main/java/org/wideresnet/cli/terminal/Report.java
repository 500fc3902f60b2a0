package org.wideresnet.cli.terminal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.PrintWriter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The option of a command that reports something, and where the report goes. */
public final class Report {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = "--json",
      description =
          "Print one JSON object as the only line of standard output; text for people goes to "
              + "standard error.")
  private boolean json;

  /** Returns where text for people goes. */
  public PrintWriter text() {
    return json ? err() : command.commandLine().getOut();
  }

  /** Prints a line for people. */
  public void note(String line) {
    text().println(line);
  }

  /** Returns standard error. */
  public PrintWriter err() {
    return command.commandLine().getErr();
  }

  /** Prints a sentence on standard error. */
  public void warn(String sentence) {
    err().println(sentence);
  }

  /** Work that takes a while. */
  public interface Work<T> {
    /** Does it. */
    T run() throws IOException;
  }

  /** Does some work; meanwhile a terminal shows what it is. */
  public <T> T busy(String what, Work<T> work) throws IOException {
    ProgressLine line = new ProgressLine(err(), Terminal.progressColumns());
    line.say(what);
    try {
      return work.run();
    } finally {
      line.close();
    }
  }

  /** Prints the result where JSON was asked for; the keys are in snake case. */
  public void result(Record result) {
    if (!json) {
      return;
    }
    try {
      String line =
          JsonMapper.builder()
              .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
              .build()
              .writeValueAsString(result);
      command.commandLine().getOut().println(line);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
