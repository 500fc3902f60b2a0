package org.wideresnet.train.settings;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
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
import java.util.regex.Pattern;
import org.wideresnet.train.settings.tree.SettingsException;
import org.wideresnet.train.settings.tree.SettingsTree;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/** Reads recipes from YAML, those that ship with the project and those of the user. */
final class RecipeFile {
  private static final Pattern EXPONENT = Pattern.compile("[-+]?\\d+[eE][-+]?\\d+");

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
              ? "The recipe file " + nameOrFile + " does not exist or is not a file."
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
      return YAML.writeValueAsString(SettingsTree.of(recipe));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A tree of plain values could not be written.", e);
    }
  }

  private static Recipe parse(byte[] content, String name, String source) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
      if (!(withExponents(YAML.readTree(text)) instanceof ObjectNode tree)) {
        throw new IllegalArgumentException(
            "In %s: this is not a recipe; it must consist of lines such as 'epochs: 5'."
                .formatted(source));
      }
      if (!tree.hasNonNull("name")) {
        tree.put("name", name);
      }
      return map(tree, text, source);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "In " + source + ": " + position(e) + "this is not valid YAML: " + problem(e) + ".", e);
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("In " + source + ": this is not text in UTF-8.", e);
    }
  }

  private static Recipe map(ObjectNode tree, String text, String source) {
    try {
      return SettingsTree.map(tree, Recipe.class);
    } catch (SettingsException e) {
      String message = e.getMessage();
      throw new IllegalArgumentException(
          "In %s: %s%s%s"
              .formatted(
                  source,
                  line(text, e.key()),
                  Character.toLowerCase(message.charAt(0)),
                  message.substring(1)),
          e);
    }
  }

  /** YAML 1.1 takes 5e-4, without a point, for a text. */
  private static JsonNode withExponents(JsonNode value) {
    if (value instanceof ObjectNode section) {
      section.properties().forEach(entry -> entry.setValue(withExponents(entry.getValue())));
    } else if (value.isTextual() && EXPONENT.matcher(value.textValue()).matches()) {
      return DoubleNode.valueOf(Double.parseDouble(value.textValue()));
    }
    return value;
  }

  /** Returns {@code line 7: } where a key is; nothing if it is not there. */
  private static String line(String yaml, String key) {
    String pointer = "/" + key.replace('.', '/');
    try (JsonParser parser = YAML.createParser(yaml)) {
      while (parser.nextToken() != null) {
        if (parser.currentToken() == JsonToken.FIELD_NAME
            && parser.getParsingContext().pathAsPointer().toString().equals(pointer)) {
          return "line " + parser.currentTokenLocation().getLineNr() + ": ";
        }
      }
      return "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
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

  static byte[] shipped(String name) {
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
