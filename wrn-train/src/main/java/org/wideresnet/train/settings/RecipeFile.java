package org.wideresnet.train.settings;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/** Reads recipes from YAML, those that ship with the project and those of the user. */
final class RecipeFile {

  private static final YAMLMapper YAML =
      YAMLMapper.builder()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(JsonGenerator.Feature.WRITE_BIGDECIMAL_AS_PLAIN)
          .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
          .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
          .build();

  private RecipeFile() {}

  static Recipe load(String nameOrFile) {
    if (Recipe.SHIPPED.contains(nameOrFile)) {
      return parse(shipped(nameOrFile), nameOrFile, "the recipe " + nameOrFile);
    }
    Path file = Path.of(nameOrFile);
    if (!Files.isRegularFile(file)) {
      throw new IllegalArgumentException(
          looksLikeFile(nameOrFile)
              ? "The recipe file " + nameOrFile + " does not exist or is no file."
              : "There is no recipe '"
                  + nameOrFile
                  + "'; known are "
                  + String.join(", ", Recipe.SHIPPED)
                  + ", or give a file that ends in .yaml.");
    }
    String fileName = file.getFileName().toString();
    try {
      return parse(
          Files.readAllBytes(file), fileName.replaceFirst("\\.ya?ml$", ""), file.toString());
    } catch (IOException e) {
      throw new IllegalArgumentException("The recipe file " + file + " cannot be read.", e);
    }
  }

  static String toYaml(Recipe recipe) {
    try {
      return YAML.writeValueAsString(recipe.toTree());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A tree of plain values could not be written.", e);
    }
  }

  private static Recipe parse(byte[] content, String name, String source) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
      JsonNode tree = YAML.readTree(text);
      if (!(tree instanceof ObjectNode object)) {
        throw new IllegalArgumentException(
            "this is no recipe; it must consist of lines such as 'epochs: 5'.");
      }
      return RecipeFormat.read(object, name);
    } catch (IllegalArgumentException e) {
      String message = e.getMessage();
      throw new IllegalArgumentException(
          "In " + source + ": " + Character.toLowerCase(message.charAt(0)) + message.substring(1),
          e);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "In " + source + ": " + position(e) + "this is not valid YAML: " + problem(e) + ".", e);
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("In " + source + ": this is no text in UTF-8.", e);
    }
  }

  private static String position(JsonProcessingException e) {
    return e.getLocation() == null ? "" : "line " + e.getLocation().getLineNr() + ": ";
  }

  private static String problem(JsonProcessingException e) {
    return e.getCause() instanceof MarkedYAMLException marked
        ? marked.getProblem().replaceAll("\\s+", " ")
        : e.getOriginalMessage().lines().findFirst().orElse("it cannot be parsed");
  }

  private static byte[] shipped(String name) {
    try (InputStream in = Recipe.class.getResourceAsStream("recipes/" + name + ".yaml")) {
      if (in == null) {
        throw new IllegalStateException("The recipe " + name + " is missing from the program.");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("The recipe " + name + " cannot be read.", e);
    }
  }

  private static boolean looksLikeFile(String name) {
    return name.endsWith(".yaml") || name.endsWith(".yml") || name.matches(".*[/\\\\].*");
  }
}
