package org.wideresnet.train.settings;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalInt;
import org.wideresnet.data.augment.Augmentation;
import org.wideresnet.model.Normalization;
import org.wideresnet.train.settings.tree.SettingsTree;

/**
 * Everything that decides how a network is trained, apart from the data and the machine. Recipes
 * are YAML files; some ship with the project ({@link #SHIPPED}).
 *
 * @param name what the recipe is called, such as {@code quick}; {@code recipe} if null
 * @param network what it says of the network; nothing if null
 * @param optimizer the optimiser and its weight decay
 * @param learningRate the highest learning rate, positive
 * @param schedule how the learning rate changes
 * @param epochs the number of epochs, 1 or more
 * @param earlyStopping the number of epochs without a better accuracy on the validation split after
 *     which the training ends before its time, 1 or more
 * @param stepsPerEpoch the number of steps of an epoch, where an epoch is not one pass over the
 *     training set
 * @param batchSize the number of images of a step, 1 or more
 * @param augment the augmentation: a name that {@link Augmentation#parse} knows
 * @param normalization the statistics that the input is normalised by
 * @param labelSmoothing the share of a label's weight that is spread over all classes, in {@code
 *     [0, 1)}
 * @param emaDecay the share of the weights' exponential moving average that is kept in a step, in
 *     {@code [0, 1)}; with 0 there is none, otherwise it is what is evaluated and exported
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record Recipe(
    String name,
    NetworkSettings network,
    @JsonProperty(required = true) OptimizerSettings optimizer,
    @JsonProperty(required = true) double learningRate,
    @JsonProperty(required = true) ScheduleSettings schedule,
    @JsonProperty(required = true) int epochs,
    OptionalInt earlyStopping,
    OptionalInt stepsPerEpoch,
    @JsonProperty(required = true) int batchSize,
    @JsonProperty(required = true) String augment,
    @JsonProperty(required = true) Normalization.Kind normalization,
    double labelSmoothing,
    double emaDecay) {

  /** The names of the recipes that ship with the project. */
  public static final List<String> SHIPPED =
      List.of("fast-cifar10", "keras", "paper-cifar10", "paper-cifar100", "quick", "smoke");

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if a value is out of range
   */
  public Recipe {
    name = requireNonNullElse(name, "recipe");
    network = requireNonNullElse(network, NetworkSettings.UNSET);
    Require.positive("learning_rate", learningRate);
    Require.atLeastOne("epochs", epochs);
    earlyStopping.ifPresent(patience -> Require.atLeastOne("early_stopping", patience));
    stepsPerEpoch.ifPresent(steps -> Require.atLeastOne("steps_per_epoch", steps));
    Require.atLeastOne("batch_size", batchSize);
    Augmentation.parse(augment);
    Require.fraction("label_smoothing", labelSmoothing);
    Require.fraction("ema_decay", emaDecay);
    // A warm-up that is longer than the training shows here, not after the data is loaded.
    schedule.resolve(learningRate, stepsPerEpoch.orElse(1_000), epochs);
  }

  /**
   * Returns a recipe that ships with the project, or reads one from a YAML file.
   *
   * @param nameOrFile one of {@link #SHIPPED} or the path of a file
   * @throws IllegalArgumentException if there is no such recipe, or the file is no recipe; the
   *     message names the file and the key
   */
  public static Recipe load(String nameOrFile) {
    return RecipeFile.load(nameOrFile);
  }

  /**
   * Returns the YAML of a recipe that ships with the project, comments included.
   *
   * @param name one of {@link #SHIPPED}
   */
  public static String shippedText(String name) {
    return new String(RecipeFile.shipped(name), StandardCharsets.UTF_8);
  }

  /**
   * Returns a copy with one value changed: {@code with("epochs", 5)}.
   *
   * @param key a key of the YAML form, sections included: {@code network.model}
   * @param value a plain value or a record; null leaves the key out
   * @throws org.wideresnet.train.settings.tree.SettingsException if there is no such key, or the
   *     value is of another kind or out of range
   */
  public Recipe with(String key, Object value) {
    return SettingsTree.with(this, Recipe.class, key, value);
  }

  /** Returns this recipe as YAML; {@link #load} reads it. */
  public String toYaml() {
    return RecipeFile.toYaml(this);
  }

  /**
   * Returns the learning rate of every step.
   *
   * @param stepsOfAnEpoch the number of steps of an epoch, 1 or more
   * @throws IllegalArgumentException if the warm-up is not shorter than the training
   */
  public LearningRateSchedule learningRates(long stepsOfAnEpoch) {
    return schedule.resolve(learningRate, stepsOfAnEpoch, epochs);
  }
}
