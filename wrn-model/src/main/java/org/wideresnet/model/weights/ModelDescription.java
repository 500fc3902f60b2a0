package org.wideresnet.model.weights;

import static com.google.common.base.Preconditions.checkArgument;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.wideresnet.model.Normalization;
import org.wideresnet.model.WideResNetConfig;
import org.wideresnet.model.WideResNetConfig.Padding;
import org.wideresnet.model.files.TextFile;

/**
 * What is known of a model besides its weights: the file {@code model.json} of a checkpoint. With
 * it a checkpoint needs nothing else to be evaluated, exported or trained on.
 *
 * @param format the version of this format, 1
 * @param network what the network computes
 * @param normalization how pixels become its input
 * @param classNames the names of the classes, by label
 * @param data the name of the data set it was trained on; null where it was not trained here
 * @param dataChecksum SHA-256 of the data set's files; null where it was not trained here
 * @param step the number of training steps behind the weights
 * @param epoch the number of whole epochs behind the weights
 * @param testAccuracy the share of test images classified right, in [0, 1]; null where not measured
 */
public record ModelDescription(
    int format,
    WideResNetConfig network,
    Normalization normalization,
    List<String> classNames,
    String data,
    String dataChecksum,
    long step,
    int epoch,
    Double testAccuracy) {

  private static final int FORMAT = 1;

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  /** Throws an IllegalArgumentException if there is not a name for every class. */
  public ModelDescription {
    classNames = List.copyOf(classNames);
    checkArgument(
        classNames.size() == network.classes(),
        "There are %s class names for a network of %s classes.",
        classNames.size(),
        network.classes());
  }

  /** Returns the description of a network that has not been trained yet. */
  public static ModelDescription untrained(
      WideResNetConfig network, Normalization normalization, List<String> classNames) {
    return new ModelDescription(FORMAT, network, normalization, classNames, null, null, 0, 0, null);
  }

  /** Returns a copy for the weights after further training. */
  public ModelDescription after(long steps, int epochs, Double accuracy) {
    return new ModelDescription(
        format, network, normalization, classNames, data, dataChecksum, steps, epochs, accuracy);
  }

  /** Returns a copy that names the data it is trained on. */
  public ModelDescription trainedOn(String dataName, String checksum) {
    return new ModelDescription(
        format, network, normalization, classNames, dataName, checksum, step, epoch, testAccuracy);
  }

  /**
   * Reads a description.
   *
   * @throws IllegalArgumentException if the file is not a description, or of a newer format
   * @throws IOException if it cannot be read
   */
  public static ModelDescription read(Path file) throws IOException {
    String text = TextFile.read(file);
    try {
      JsonNode tree = JSON.readTree(text);
      int format = tree.path("format").asInt();
      checkArgument(
          format == FORMAT,
          "The file %s has the format %s; this version reads format %s.",
          file,
          format,
          FORMAT);
      if (tree.get("network") instanceof ObjectNode network && !network.has("padding")) {
        network.put("padding", Padding.SAME.name()); // files of before it was a choice
      }
      return JSON.treeToValue(tree, ModelDescription.class);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "The file %s does not describe a model: %s.".formatted(file, e.getOriginalMessage()), e);
    }
  }

  void write(Path file) throws IOException {
    Files.writeString(file, JSON.writeValueAsString(this) + System.lineSeparator());
  }
}
