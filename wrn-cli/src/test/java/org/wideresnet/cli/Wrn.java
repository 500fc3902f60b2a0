package org.wideresnet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;

/**
 * What a command line came to.
 *
 * @param code the exit code
 * @param out what stood on standard output
 * @param err what stood on standard error
 */
public record Wrn(int code, String out, String err) {

  /** Runs a command line in this process. */
  public static Wrn run(Object... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    String[] words = new String[args.length];
    for (int i = 0; i < words.length; i++) {
      words[i] = args[i].toString();
    }
    int code = WrnCommand.commandLine(new PrintWriter(out), new PrintWriter(err)).execute(words);
    return new Wrn(code, out.toString(), err.toString());
  }

  /** Checks that it refused its input: exit code 2, one sentence, nothing on standard output. */
  public Wrn refused(String... parts) {
    assertThat(err).contains(parts);
    assertThat(err.lines()).singleElement().asString().matches(".*[.?]");
    assertThat(out).isEmpty();
    assertThat(code).isEqualTo(2);
    return this;
  }

  /** Checks that it ended well. */
  public Wrn succeeded() {
    assertThat(code).as(err).isZero();
    return this;
  }
}
