package org.wideresnet.train.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecipeErrorsTest {

  @TempDir Path folder;
  private Path file;
  private String quick;

  @BeforeEach
  void readQuickRecipe() throws IOException {
    file = folder.resolve("recipe.yaml");
    try (var in = Recipe.class.getResourceAsStream("recipes/quick.yaml")) {
      quick = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          learning_rate: 0.1 | learning_rat: 0.1 | unknown key 'learning_rat'; did you mean 'learning_rate'?
          epochs: 5 | epoch: 5 | unknown key 'epoch'; did you mean 'epochs'?
          epochs: 5 | beta1: 5 | unknown key 'beta1'; known are augment, batch_size, early_stopping, ema_decay, epochs, label_smoothing, learning_rate, name, network, normalization, optimizer, schedule, steps_per_epoch.
          momentum: 0.9 | beta1: 0.9 | unknown key 'optimizer.beta1'; known are clear_momentum_on_drop, decay_kernels_only, momentum, name, nesterov, weight_decay.
          weight_decay | weight-decay | unknown key 'optimizer.weight-decay'; did you mean 'weight_decay'?
          epochs: 5 | label_smoothing: 0 | the key 'epochs' is missing.
          epochs: 5 | 'epochs:' | the key 'epochs' is missing.
          name: cosine | final_factor: 0 | the key 'schedule.name' is missing.
          epochs: 5 | epochs: 0 | epochs is 0; it must be 1 or more.
          epochs: 5 | epochs: many | epochs is 'many'; it must be a whole number.
          epochs: 5 | epochs: 2.5 | epochs is 2.5; it must be a whole number.
          epochs: 5 | epochs: 5000000000 | epochs is 5000000000; it must be a whole number.
          batch_size: 128 | batch_size: -1 | batch_size is -1; it must be 1 or more.
          learning_rate: 0.1 | learning_rate: -0.1 | learning_rate is -0.1; it must be a positive number.
          learning_rate: 0.1 | learning_rate: 1.0e+999 | learning_rate is Infinity; it must be a positive number.
          learning_rate: 0.1 | learning_rate: [0.1] | learning_rate is [0.1]; it must be a number.
          momentum: 0.9 | momentum: 1 | optimizer.momentum is 1.0; it must lie in [0, 1).
          nesterov: true | nesterov: 1 | optimizer.nesterov is 1; it must be true or false.
          momentum: 0.9 | momentum: 0 | optimizer.nesterov is true and optimizer.momentum is 0; Nesterov's momentum must be positive.
          weight_decay: 5.0e-4 | weight_decay: -1 | optimizer.weight_decay is -1.0; it must be 0 or a positive number.
          name: sgd | name: rmsprop | optimizer.name is 'rmsprop'; it must be one of adam, sgd.
          name: cosine | name: linear | schedule.name is 'linear'; it must be one of constant, cosine, one-cycle, step.
          name: cosine | 'name: cosine\n  warmup_epochs: 5' | schedule.warmup_epochs is 5.0; it must be less than the number of epochs, 5.
          name: cosine | 'name: step\n  factor: 0.2\n  epochs: 3' | schedule.epochs is 3; it must be a list.
          name: cosine | 'name: step\n  factor: 0.2\n  epochs: [3, x]' | schedule.epochs is 'x'; it must be a whole number.
          augment: flip-crop | augment: flip | unknown augmentation 'flip'; known are none, flip-crop, keras, each also with +cutout.
          normalization: channel | normalization: Channel | normalization is 'Channel'; it must be one of channel, pixel, none.
          epochs: 5 | 'epochs: 5\nearly_stopping: 0' | early_stopping is 0; it must be 1 or more.
          epochs: 5 | 'epochs: 5\nlabel_smoothing: 1' | label_smoothing is 1.0; it must lie in [0, 1).
          epochs: 5 | 'epochs: 5\nsteps_per_epoch: 0' | steps_per_epoch is 0; it must be 1 or more.
          epochs: 5 | 'epochs: 5\nnetwork: wrn-16-1' | network is 'wrn-16-1'; it must be a section with keys of its own.
          epochs: 5 | 'epochs: 5\nnetwork: {model: wrn-17-1}' | the depth is 17; a Wide ResNet has a depth of 6n+4: 10, 16, 22, 28, 34, 40.
          epochs: 5 | 'epochs: 5\nnetwork: {dropout: 1}' | network.dropout is 1.0; it must lie in [0, 1).
          epochs: 5 | 'epochs: 5\nnetwork: {variant: torch}' | network.variant is 'torch'; it must be one of keras, paper.
          """)
  void aWrongValueIsOneSentenceWithFileAndKey(String from, String to, String message)
      throws IOException {
    assertThat(quick).containsOnlyOnce(from);
    Files.writeString(file, quick.replace(from, to.replace("\\n", "\n")));

    assertThatThrownBy(() -> Recipe.load(file.toString()))
        .isInstanceOf(IllegalArgumentException.class)
        .message()
        .startsWith("In " + file + ": ")
        .endsWith(": " + message)
        .hasLineCount(1);
  }

  @Test
  void theLineOfTheKeyIsNamed() throws IOException {
    Files.writeString(file, quick.replace("epochs: 5", "epochs: five"));
    List<String> lines = Files.readAllLines(file);

    assertRefused(
        "In %s: line %d: epochs is 'five'; it must be a whole number."
            .formatted(file, 1 + lines.indexOf("epochs: five")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          'epochs: [5'           | 'line 1: this is not valid YAML: expected '','' or '']'', but got <stream end>.'
          'a: b: c'              | 'line 1: this is not valid YAML: mapping values are not allowed here.'
          'epochs: 1\nepochs: 2' | 'line 2: this is not valid YAML: Duplicate field ''epochs''.'
          'Dear Sir'             | 'this is not a recipe; it must consist of lines such as ''epochs: 5''.'
          '- 5'                  | 'this is not a recipe; it must consist of lines such as ''epochs: 5''.'
          ''                     | 'this is not a recipe; it must consist of lines such as ''epochs: 5''.'
          """)
  void aFileThatIsNoRecipeIsOneSentenceWithFile(String text, String message) throws IOException {
    Files.writeString(file, text.replace("\\n", "\n"));

    assertRefused("In " + file + ": " + message);
  }

  @Test
  void aFileOfOtherBytesIsRefused() throws IOException {
    Files.write(file, new byte[] {(byte) 0x89, 'P', 'N', 'G', 0, (byte) 0xff, (byte) 0xfe, 1});

    assertRefused("In " + file + ": this is not text in UTF-8.");
  }

  @Test
  void anUnknownNameListsTheKnownOnes() {
    assertThatThrownBy(() -> Recipe.load("quik"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("There is no recipe 'quik'")
        .hasMessageContaining(String.join(", ", Recipe.SHIPPED));
  }

  @Test
  void aMissingFileAndAFolderAreRefused() throws IOException {
    assertRefused("The recipe file " + file + " does not exist or is not a file.");
    Files.createDirectory(file);
    assertRefused("The recipe file " + file + " does not exist or is not a file.");
  }

  private void assertRefused(String message) {
    assertThatThrownBy(() -> Recipe.load(file.toString()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }
}
