package org.wideresnet.train.report.html;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * The settings of a run: the values of {@code run.json} by the path of their keys, such as {@code
 * recipe.network.model}. How the run went and the machine are left out.
 */
final class Configuration {

  private static final Set<String> NO_SETTINGS =
      Set.of("format", "state", "started", "machine", "result");

  private Configuration() {}

  /** Returns the settings in the order of the file; equal numbers are written equally. */
  static Map<String, String> of(JsonNode runJson) {
    Map<String, String> settings = new LinkedHashMap<>();
    runJson
        .properties()
        .forEach(
            entry -> {
              if (!NO_SETTINGS.contains(entry.getKey())) {
                collect(entry.getKey(), entry.getValue(), settings);
              }
            });
    return settings;
  }

  /** Returns what a machine says of itself. */
  static Map<String, String> ofMachine(JsonNode runJson) {
    Map<String, String> facts = new LinkedHashMap<>();
    runJson
        .path("machine")
        .properties()
        .forEach(entry -> collect(entry.getKey(), entry.getValue(), facts));
    return facts;
  }

  /**
   * Returns the settings that runs with other seeds share: all but the seed, the folder of the data
   * and the file of the initial weights.
   */
  static Map<String, String> withoutSeed(JsonNode runJson) {
    Map<String, String> settings = of(runJson);
    settings.remove("options.seed");
    settings.remove("data.directory");
    settings.computeIfPresent(
        "options.weights", (key, value) -> value.equals("none") ? value : "given");
    return settings;
  }

  private static void collect(String path, JsonNode node, Map<String, String> settings) {
    if (node.isObject() && !node.isEmpty()) {
      node.properties()
          .forEach(entry -> collect(path + "." + entry.getKey(), entry.getValue(), settings));
    } else {
      settings.put(path, text(node));
    }
  }

  private static String text(JsonNode node) {
    if (node.isContainerNode()) {
      return StreamSupport.stream(node.spliterator(), false)
          .map(Configuration::text)
          .collect(Collectors.joining(", "));
    }
    if (node.isNull()) {
      return "none";
    }
    return node.isNumber()
        ? node.decimalValue().stripTrailingZeros().toPlainString()
        : node.asText();
  }
}
