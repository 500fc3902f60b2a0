package org.wideresnet.train.settings.tree;

import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.introspect.AnnotatedClassResolver;
import com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.jsontype.NamedType;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Comparator;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.commons.text.similarity.LevenshteinDistance;

/**
 * The keys that a record and the records in it have. Jackson looks for unknown ones only when a
 * record could be made, and so calls a misspelt key a missing one.
 */
final class KnownKeys {
  /** The key that says which optimiser or schedule a section describes. */
  static final String KIND = "name";

  private KnownKeys() {}

  /**
   * Checks the keys of a tree.
   *
   * @param prefix the section of the tree, such as {@code recipe.}
   * @throws SettingsException if one is unknown; names the nearest known one
   */
  static void require(JsonNode tree, JavaType type, String prefix, JsonMapper json) {
    if (!(tree instanceof ObjectNode section)) {
      return;
    }
    DeserializationConfig config = json.getDeserializationConfig();
    Map<String, JavaType> known = new TreeMap<>();
    JavaType kind = type;
    Map<String, JavaType> kinds = kinds(type, json);
    if (!kinds.isEmpty()) {
      kind = kinds.get(section.path(KIND).asText());
      known.put(KIND, type);
    }
    if (kind == null) {
      return; // which is said when the tree is mapped
    }
    BeanDescription bean = config.introspect(kind);
    for (BeanPropertyDefinition property : bean.findProperties()) {
      known.put(property.getName(), property.getPrimaryType());
    }
    boolean all =
        config
            .getAnnotationIntrospector()
            .findPropertyIgnoralByName(config, bean.getClassInfo())
            .getIgnoreUnknown();
    for (Map.Entry<String, JsonNode> entry : section.properties()) {
      String key = entry.getKey();
      if (known.containsKey(key)) {
        require(entry.getValue(), known.get(key), prefix + key + ".", json);
      } else if (!all) {
        throw new SettingsException(
            prefix + key,
            "unknown key '%s'; %s".formatted(prefix + key, nearest(key, known.keySet())),
            null);
      }
    }
  }

  /** Returns the kinds that a section may be of, by their names; none for an ordinary record. */
  static Map<String, JavaType> kinds(JavaType type, JsonMapper json) {
    DeserializationConfig config = json.getDeserializationConfig();
    Map<String, JavaType> kinds = new TreeMap<>();
    for (NamedType kind :
        json.getSubtypeResolver()
            .collectAndResolveSubtypesByTypeId(
                config, AnnotatedClassResolver.resolve(config, type, config))) {
      if (kind.hasName() && kind.getType() != type.getRawClass()) {
        kinds.put(kind.getName(), config.constructType(kind.getType()));
      }
    }
    return kinds;
  }

  /** Says what was probably meant: a word that differs in at most half of its letters. */
  private static String nearest(String word, Set<String> known) {
    LevenshteinDistance distance = LevenshteinDistance.getDefaultInstance();
    return known.stream()
        .min(Comparator.comparingInt(candidate -> distance.apply(word, candidate)))
        .filter(candidate -> distance.apply(word, candidate) <= candidate.length() / 2)
        .map(candidate -> "did you mean '" + candidate + "'?")
        .orElseGet(() -> "known are " + String.join(", ", known) + ".");
  }
}
