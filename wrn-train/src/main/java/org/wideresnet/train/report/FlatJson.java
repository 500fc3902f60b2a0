package org.wideresnet.train.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;

/** The values of a tree of JSON by the paths of their keys. */
public final class FlatJson {

  private FlatJson() {}

  /**
   * Returns the values in the order of the tree, arrays and empty objects whole.
   *
   * @return values by paths such as {@code recipe.network.model}
   */
  public static Map<String, JsonNode> of(JsonNode object) {
    Map<String, JsonNode> values = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : object.properties()) {
      JsonNode value = entry.getValue();
      if (value.isObject() && !value.isEmpty()) {
        of(value).forEach((path, below) -> values.put(entry.getKey() + "." + path, below));
      } else {
        values.put(entry.getKey(), value);
      }
    }
    return values;
  }
}
