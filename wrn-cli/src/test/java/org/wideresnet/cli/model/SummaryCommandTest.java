package org.wideresnet.cli.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.wideresnet.cli.Wrn;

class SummaryCommandTest {
  @Test
  void printsTheLineAndTheTableOfTheKerasOriginal() {
    Wrn wrn = Wrn.run("summary", "--model", "wrn-16-2", "--variant", "keras").succeeded();
    assertThat(wrn.out())
        .startsWith("Wide Residual Network-16-2 created." + System.lineSeparator())
        .contains("Trainable params: 691,674 (2.64 MB)");
    assertThat(wrn.err()).isEmpty();
  }

  @Test
  void jsonIsTheOnlyLineOfStandardOutput() {
    Wrn wrn = Wrn.run("summary", "--json").succeeded();
    assertThat(wrn.out())
        .isEqualToIgnoringNewLines(
            "{\"model\":\"WRN-16-2\",\"layers\":54,\"trainable_parameters\":691674,"
                + "\"moving_statistics\":1824}");
    assertThat(wrn.err()).contains("Total params");
  }

  @Test
  void theNetworkIsThePapersUnlessItIsSaid() {
    String standard = Wrn.run("summary", "--model", "wrn-10-1").succeeded().out();
    assertThat(Wrn.run("summary", "--model", "wrn-10-1", "--variant", "paper").succeeded().out())
        .isEqualTo(standard);
    assertThat(Wrn.run("summary", "--model", "wrn-10-1", "--variant", "keras").succeeded().out())
        .isNotEqualTo(standard);
  }

  @ParameterizedTest
  @ValueSource(strings = {"summary", "plot", "bench train", "weights import"})
  void everyCommandThatTakesANetworkSaysItsDefault(String command) {
    List<String> words = new ArrayList<>(List.of(command.split(" ")));
    words.add("--help");
    assertThat(Wrn.run(words.toArray()).succeeded().out().replaceAll("\\s+", " "))
        .contains("the Keras original's (default: paper)");
  }

  @ParameterizedTest
  @CsvSource({
    "--model, wrn-17-2, '17', '6n+4'",
    "--model, wrn-16-0, 'widen factor', '1 or more'",
    "--model, resnet, 'resnet', 'wrn-16-2'",
    "--classes, 1, 'classes', '2 or more'",
    "--dropout, -0.1, '-0.1', '[0, 1)'",
    "--variant, lua, '--variant', 'PAPER'",
    "--modle, wrn-16-2, 'no option --modle', 'Did you mean --model?'",
  })
  void refusesWhatIsNoNetwork(String option, String value, String what, String remedy) {
    Wrn.run("summary", option, value).refused(what, remedy);
  }
}
