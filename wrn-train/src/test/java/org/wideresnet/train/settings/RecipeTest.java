package org.wideresnet.train.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.wideresnet.model.Initializer;
import org.wideresnet.model.Normalization;
import org.wideresnet.model.Variant;
import org.wideresnet.model.WideResNetConfig;
import org.wideresnet.train.settings.OptimizerSettings.Adam;
import org.wideresnet.train.settings.OptimizerSettings.Sgd;
import org.wideresnet.train.settings.tree.SettingsTree;

class RecipeTest {

  private static final List<String> SHIPPED = Recipe.SHIPPED;

  private static final String QUICK =
      """
      optimizer: {name: sgd, momentum: 0.9, nesterov: true, weight_decay: 0.0005}
      learning_rate: 0.1
      schedule: {name: cosine}
      epochs: 5
      batch_size: 128
      augment: flip-crop
      normalization: channel
      """;

  @TempDir Path folder;
  private final Locale locale = Locale.getDefault();

  @AfterEach
  void restoreLocale() {
    Locale.setDefault(locale);
  }

  @ParameterizedTest
  @FieldSource("SHIPPED")
  void everyShippedRecipeLoadsAndSurvivesItsOwnYaml(String name) throws Exception {
    Locale.setDefault(Locale.GERMANY);
    Recipe recipe = Recipe.load(name);

    assertThat(recipe.name()).isEqualTo(name);
    assertThat(Recipe.load(write(recipe.toYaml()))).isEqualTo(recipe);
    assertThat(SettingsTree.map(SettingsTree.of(recipe), Recipe.class)).isEqualTo(recipe);
  }

  @ParameterizedTest
  @FieldSource("SHIPPED")
  void everyShippedRecipeSaysHowToRunItAndWhatItReaches(String name) throws Exception {
    try (var in = Recipe.class.getResourceAsStream("recipes/" + name + ".yaml")) {
      List<String> comment =
          new String(in.readAllBytes()).lines().takeWhile(line -> line.startsWith("#")).toList();

      assertThat(comment)
          .anyMatch(line -> line.contains("./wrn train") && line.contains("--recipe " + name));
      assertThat(String.join(" ", comment)).containsPattern("reach|errors|accuracy");
    }
  }

  @Test
  void thePapersRecipeHasThePapersValues() {
    Recipe expected =
        new Recipe(
            "paper-cifar100",
            new NetworkSettings(
                Optional.of("wrn-28-10"),
                Optional.of(Variant.PAPER),
                OptionalDouble.empty(),
                Optional.empty(),
                OptionalDouble.empty(),
                Optional.empty()),
            new Sgd(0.9, true, 5e-4, false, true),
            0.1,
            new ScheduleSettings.Step(List.of(60, 120, 160), 0.2, 0),
            200,
            OptionalInt.empty(),
            OptionalInt.empty(),
            128,
            "flip-crop",
            Normalization.Kind.CHANNEL,
            0,
            0);

    assertThat(Recipe.load("paper-cifar100")).isEqualTo(expected);
  }

  @Test
  void theKerasRecipeHasTheValuesOfTheOriginalsScript() {
    Recipe recipe = Recipe.load("keras");

    assertThat(recipe.optimizer()).isEqualTo(new Adam(0.9, 0.999, 1e-7, 0, false));
    assertThat(recipe.learningRate()).isEqualTo(1e-3);
    assertThat(recipe.schedule()).isEqualTo(new ScheduleSettings.Constant(0));
    assertThat(recipe.epochs()).isEqualTo(100);
    assertThat(recipe.batchSize()).isEqualTo(100);
    assertThat(recipe.augment()).isEqualTo("keras");
    assertThat(recipe.normalization()).isEqualTo(Normalization.Kind.PIXEL);
    assertThat(recipe.network().variant()).contains(Variant.KERAS);
  }

  @Test
  void whatIsSetTakesPrecedence() {
    Recipe recipe =
        Recipe.load("paper-cifar10")
            .with("network.model", "wrn-16-4")
            .with("network.variant", Variant.KERAS)
            .with("network.dropout", 0.3)
            .with("optimizer", new Sgd(0, false, 0, false, false))
            .with("learning_rate", 0.5)
            .with("schedule", new ScheduleSettings.Cosine(0, 1))
            .with("epochs", 3)
            .with("early_stopping", 2)
            .with("steps_per_epoch", 7)
            .with("batch_size", 64)
            .with("augment", "none+cutout");

    assertThat(recipe)
        .isEqualTo(
            new Recipe(
                "paper-cifar10",
                new NetworkSettings(
                    Optional.of("wrn-16-4"),
                    Optional.of(Variant.KERAS),
                    OptionalDouble.of(0.3),
                    Optional.empty(),
                    OptionalDouble.empty(),
                    Optional.empty()),
                new Sgd(0, false, 0, false, false),
                0.5,
                new ScheduleSettings.Cosine(0, 1),
                3,
                OptionalInt.of(2),
                OptionalInt.of(7),
                64,
                "none+cutout",
                Normalization.Kind.CHANNEL,
                0,
                0));
  }

  @Test
  void theNetworkIsThatOfTheRecipe() throws Exception {
    String section =
        "network: {model: wrn-16-1, variant: keras, dropout: 0.3, batch_norm_momentum: 0.99,"
            + " gamma_initializer: ones}\n";
    WideResNetConfig config = Recipe.load(write(section + QUICK)).network().resolve(100);

    assertThat(config.name()).isEqualTo("WRN-16-1");
    assertThat(config.variant()).isEqualTo(Variant.KERAS);
    assertThat(config.classes()).isEqualTo(100);
    assertThat(config.dropout()).isEqualTo(0.3f);
    assertThat(config.batchNorm().momentum()).isEqualTo(0.99f);
    assertThat(config.batchNorm().gammaInitializer()).isEqualTo(Initializer.ONES);
    assertThatThrownBy(() -> NetworkSettings.UNSET.resolve(10))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("The recipe does not say which network.model to train, such as wrn-16-2.");
  }

  @Test
  void aNumberMayBeWrittenWithAnExponentAndWithoutAPoint() throws Exception {
    Recipe recipe = Recipe.load(write(QUICK.replace("0.0005", "5e-4")));

    assertThat(recipe.optimizer().weightDecay()).isEqualTo(5e-4);
    assertThat(recipe.name()).isEqualTo("recipe");
  }

  @Test
  void everyScheduleAndOptimizerSurvivesYaml() throws Exception {
    for (ScheduleSettings schedule :
        List.of(
            new ScheduleSettings.Constant(0.5),
            new ScheduleSettings.Step(List.of(2, 3), 0.1, 1),
            new ScheduleSettings.Cosine(0.01, 0.25),
            new ScheduleSettings.OneCycle(0.25, 0.1, 0.001))) {
      Recipe recipe =
          Recipe.load("keras")
              .with("schedule", schedule)
              .with("optimizer", new Adam(0.8, 0.99, 1e-8, 1e-4, false));
      assertThat(Recipe.load(write(recipe.toYaml())).schedule()).isEqualTo(schedule);
      assertThat(Recipe.load(write(recipe.toYaml()))).isEqualTo(recipe);
    }
  }

  private String write(String yaml) throws Exception {
    return Files.writeString(folder.resolve("recipe.yaml"), yaml).toString();
  }
}
