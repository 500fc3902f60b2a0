package org.wideresnet.train.settings.tree;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.cfg.MapperConfig;
import com.fasterxml.jackson.databind.introspect.AnnotatedClass;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.ser.std.StdScalarSerializer;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Settings as one tree, whose keys are the components of records in snake case: {@code
 * recipe.optimizer.weight_decay}. Layers of it are merged and then mapped onto the records at once;
 * a key that is in no layer has the default of its record.
 *
 * <p>Nothing is guessed: a key that no record has, a key that is there twice and a value of another
 * kind are refused.
 */
public final class SettingsTree {

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .annotationIntrospector(new LowerCaseEnums())
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .addModule(new Jdk8Module())
          .addModule(plainNumbers())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(JsonGenerator.Feature.WRITE_BIGDECIMAL_AS_PLAIN)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .build();

  private SettingsTree() {}

  /** Returns a layer that says nothing yet. */
  public static ObjectNode empty() {
    return JsonNodeFactory.instance.objectNode();
  }

  /** Returns the tree of a record, its defaults included. */
  public static ObjectNode of(Record settings) {
    return JSON.valueToTree(settings);
  }

  /**
   * Maps a tree onto a record.
   *
   * @throws SettingsException if a key is unknown or missing, or a value is of another kind or out
   *     of range
   */
  public static <T extends Record> T map(JsonNode tree, Class<T> type) {
    KnownKeys.require(tree, JSON.constructType(type), "", JSON);
    try {
      return JSON.treeToValue(withoutNulls(tree), type);
    } catch (JsonProcessingException e) {
      throw SettingsException.of(e, tree, JSON);
    }
  }

  /**
   * Returns a copy of a record with one value changed.
   *
   * @param key the key of the value, such as {@code optimizer.momentum}
   * @param value a plain value or a record
   * @throws SettingsException as {@link #map}
   */
  public static <T extends Record> T with(T settings, Class<T> type, String key, Object value) {
    ObjectNode tree = of(settings);
    set(tree, key, value);
    return map(tree, type);
  }

  /**
   * Sets a value of a layer. A path is made absolute, so that it means the same in every folder.
   *
   * @param key the key of the value, sections included: {@code options.seed}
   */
  public static void set(ObjectNode layer, String key, Object value) {
    int dot = key.lastIndexOf('.');
    ObjectNode section =
        dot < 0 ? layer : layer.withObject("/" + key.substring(0, dot).replace('.', '/'));
    Object plain = value instanceof Path path ? path.toAbsolutePath().normalize() + "" : value;
    section.set(key.substring(dot + 1), JSON.valueToTree(plain));
  }

  /** Puts a layer over another, which changes; sections are merged key by key. */
  public static void merge(ObjectNode lower, ObjectNode upper) {
    upper
        .properties()
        .forEach(
            entry -> {
              if (entry.getValue() instanceof ObjectNode above
                  && lower.get(entry.getKey()) instanceof ObjectNode below) {
                merge(below, above);
              } else {
                lower.set(entry.getKey(), entry.getValue().deepCopy());
              }
            });
  }

  /**
   * Returns in which keys two trees differ, as {@code recipe.epochs 7 instead of 5}.
   *
   * @param mayDiffer keys that are passed over
   */
  public static List<String> differences(ObjectNode before, ObjectNode now, Set<String> mayDiffer) {
    Map<String, String> old = new LinkedHashMap<>();
    Map<String, String> given = new LinkedHashMap<>();
    leaves("", before, old);
    leaves("", now, given);
    Set<String> keys = new TreeSet<>(old.keySet());
    keys.addAll(given.keySet());
    keys.removeAll(mayDiffer);
    List<String> differences = new ArrayList<>();
    for (String key : keys) {
      String from = old.getOrDefault(key, "none");
      String to = given.getOrDefault(key, "none");
      if (!from.equals(to)) {
        differences.add("%s %s instead of %s".formatted(key, to, from));
      }
    }
    return differences;
  }

  /** Returns whatever is mapped here, settings or not, as JSON in several lines. */
  public static String toJson(Record record) {
    try {
      return JSON.writeValueAsString(record) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Records of plain values could not be written.", e);
    }
  }

  /**
   * Reads a tree from JSON.
   *
   * @throws JsonProcessingException if it is not JSON
   */
  public static JsonNode parse(String json) throws JsonProcessingException {
    return JSON.readTree(json);
  }

  private static void leaves(String prefix, ObjectNode tree, Map<String, String> leaves) {
    tree.properties()
        .forEach(
            entry -> {
              String key = prefix + entry.getKey();
              JsonNode value = entry.getValue();
              if (value instanceof ObjectNode section) {
                leaves(key + ".", section, leaves);
              } else if (!value.isNull()) {
                leaves.put(key, value.isValueNode() ? value.asText() : value.toString());
              }
            });
  }

  /** A key without a value is a key that is left out. */
  private static JsonNode withoutNulls(JsonNode tree) {
    if (!(tree instanceof ObjectNode)) {
      return tree;
    }
    ObjectNode copy = empty();
    tree.properties().stream()
        .filter(entry -> !entry.getValue().isNull())
        .forEach(entry -> copy.set(entry.getKey(), withoutNulls(entry.getValue())));
    return copy;
  }

  /** Writes 5e-4 as 0.0005 and 0.0 as 0. */
  private static SimpleModule plainNumbers() {
    SimpleModule module = new SimpleModule();
    for (Class<Double> type : List.of(double.class, Double.class)) {
      module.addSerializer(
          type,
          new StdScalarSerializer<Double>(type) {
            @Override
            public void serialize(
                Double value, JsonGenerator generator, SerializerProvider provider)
                throws IOException {
              if (Double.isFinite(value)) {
                generator.writeNumber(BigDecimal.valueOf(value).stripTrailingZeros());
              } else {
                generator.writeNumber(value);
              }
            }
          });
    }
    return module;
  }

  /** Constants are written and read as {@code channel}, not as {@code CHANNEL}. */
  private static final class LowerCaseEnums extends JacksonAnnotationIntrospector {
    private static final long serialVersionUID = 1;

    @Override
    public String[] findEnumValues(
        MapperConfig<?> config, AnnotatedClass type, Enum<?>[] constants, String[] names) {
      for (int i = 0; i < constants.length; i++) {
        names[i] = constants[i].name().toLowerCase(Locale.ROOT);
      }
      return super.findEnumValues(config, type, constants, names);
    }
  }
}
