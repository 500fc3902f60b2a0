package org.wideresnet.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class HelpTest {
  private static final Pattern EXAMPLE = Pattern.compile("(?m)^  wrn (.+?)(?: > .*)?$");

  private static CommandLine wrn() {
    PrintWriter silent = new PrintWriter(new StringWriter());
    return WrnCommand.commandLine(silent, silent);
  }

  @Test
  void everyExampleIsUnderstood() {
    for (String command : wrn().getSubcommands().keySet()) {
      check(wrn().getSubcommands().get(command));
    }
  }

  private static void check(CommandLine command) {
    command.getSubcommands().values().forEach(HelpTest::check);
    EXAMPLE
        .matcher(command.getUsageMessage())
        .results()
        .forEach(
            example ->
                assertThatNoException()
                    .as(example.group())
                    .isThrownBy(() -> wrn().parseArgs(example.group(1).split(" "))));
  }

  @Test
  void theMainCommandsHaveAnExample() {
    for (String command :
        List.of("train", "evaluate", "predict", "export", "serve", "runs", "compare")) {
      assertThat(Wrn.run(command, "--help").succeeded().out())
          .as(command)
          .contains("Example")
          .containsPattern("(?m)^  wrn " + command);
    }
  }

  @Test
  void theOptionsOfTrainStandInGroups() {
    assertThat(Wrn.run("train", "--help").succeeded().out())
        .contains("The data set:", "The recipe, and what goes over it:", "The training:")
        .contains("Speed and memory:", "More processes:", "On a GPU:");
  }
}
