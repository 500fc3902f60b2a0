package org.wideresnet.train.run;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import org.wideresnet.model.files.AtomicFile;
import org.wideresnet.model.files.TextFile;
import org.wideresnet.train.device.MachineInfo;
import org.wideresnet.train.settings.ComputeSettings;
import org.wideresnet.train.settings.Recipe;
import org.wideresnet.train.settings.tree.SettingsException;
import org.wideresnet.train.settings.tree.SettingsTree;

/**
 * Everything needed to repeat a run, and how it ended: the file {@code run.json}.
 *
 * @param format the version of this format, {@link #FORMAT}
 * @param state how far the run is
 * @param started when it started, in ISO 8601 with the time zone
 * @param recipe the recipe with all that the command line changed; it names model and variant
 * @param data the data set
 * @param options the seed, and how the training is computed
 * @param versions the versions of the programs
 * @param machine the machine
 * @param result the final figures; null where there are none yet
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record RunConfig(
    int format,
    @JsonProperty(required = true) State state,
    @JsonProperty(required = true) String started,
    @JsonProperty(required = true) Recipe recipe,
    @JsonProperty(required = true) Data data,
    @JsonProperty(required = true) ComputeSettings options,
    @JsonProperty(required = true) Versions versions,
    @JsonProperty(required = true) MachineInfo machine,
    Result result) {

  /** The version of the format that this class reads and writes. */
  public static final int FORMAT = 1;

  /** How far a run is. */
  public enum State {
    /** It is running, or ended without being able to say so. */
    RUNNING,
    /** All its epochs are done. */
    FINISHED,
    /** It was stopped after a checkpoint and can be resumed. */
    INTERRUPTED
  }

  /**
   * The data set of a run.
   *
   * @param name its name, such as {@code cifar10}
   * @param directory the folder of its files; null where they are not known yet
   * @param checksum the checksum of their content; null where they are not known yet, which is so
   *     after an import of weights until they are trained on
   * @param validation the number of training images that were split off for validation
   */
  public record Data(String name, String directory, String checksum, int validation) {}

  /**
   * The versions of the programs.
   *
   * @param project the version of this project
   * @param tensorflow the version of TensorFlow
   * @param java the version of the Java runtime
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Versions(String project, String tensorflow, String java) {}

  /**
   * The final figures.
   *
   * @param epochs the number of epochs that were trained
   * @param steps the number of steps that were taken
   * @param testAccuracy the accuracy on the test set after the last epoch, in {@code [0, 1]}
   * @param testLoss the mean cross-entropy there
   * @param imagesPerSecond the training images a second
   * @param seconds the whole time, evaluation included
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Result(
      int epochs,
      long steps,
      double testAccuracy,
      double testLoss,
      double imagesPerSecond,
      double seconds) {}

  /**
   * Checks that the recipe is complete.
   *
   * @throws IllegalArgumentException if it leaves the model or the variant open
   */
  public RunConfig {
    if (recipe.network().model().isEmpty() || recipe.network().variant().isEmpty()) {
      throw new IllegalArgumentException(
          "The recipe of a run must name the model and the variant.");
    }
  }

  /** Returns a copy in another state. */
  public RunConfig with(State newState) {
    return new RunConfig(
        format, newState, started, recipe, data, options, versions, machine, result);
  }

  /** Returns a copy with another data set. */
  public RunConfig with(Data other) {
    return new RunConfig(format, state, started, recipe, other, options, versions, machine, result);
  }

  /** Returns a copy with the final figures, in another state. */
  public RunConfig with(State newState, Result figures) {
    return new RunConfig(
        format, newState, started, recipe, data, options, versions, machine, figures);
  }

  /** Returns what was asked for when the run was started. */
  public TrainingSettings settings() {
    return new TrainingSettings(recipe, data, options);
  }

  /**
   * Reads the description of a run.
   *
   * @throws IllegalArgumentException if the file does not describe one, or has another format
   * @throws IOException if it cannot be read
   */
  public static RunConfig read(Path file) throws IOException {
    String content = TextFile.read(file);
    try {
      JsonNode tree = SettingsTree.parse(content);
      int format = tree.path("format").asInt();
      if (format != FORMAT) {
        throw new IllegalArgumentException(
            "The file %s has the format %d; this version reads format %d."
                .formatted(file, format, FORMAT));
      }
      return SettingsTree.map(tree, RunConfig.class);
    } catch (JsonProcessingException e) {
      String reason = e.getOriginalMessage().lines().findFirst().orElse("it is empty");
      throw new IllegalArgumentException(
          "The file %s does not describe a run: %s.".formatted(file, reason), e);
    } catch (SettingsException e) {
      throw new IllegalArgumentException(
          "The file %s does not describe a run: %s".formatted(file, e.getMessage()), e);
    }
  }

  /**
   * Writes the description, replacing an older one in one step.
   *
   * @throws IOException if the file cannot be written
   */
  public void write(Path file) throws IOException {
    AtomicFile.write(file, SettingsTree.toJson(this));
  }
}
