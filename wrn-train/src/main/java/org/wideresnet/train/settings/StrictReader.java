package org.wideresnet.train.settings;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * Reads the values of one object, of YAML or JSON. Every fault is an {@link
 * IllegalArgumentException} of one sentence that names the key, sections included: {@code
 * schedule.factor}.
 */
final class StrictReader {

  private final JsonNode object;
  private final String prefix;

  StrictReader(ObjectNode object) {
    this(object, "");
  }

  private StrictReader(JsonNode object, String prefix) {
    this.object = object;
    this.prefix = prefix;
  }

  /** Refuses every key that is not one of these. */
  StrictReader allow(String... keys) {
    object
        .fieldNames()
        .forEachRemaining(
            key -> {
              List<String> known = List.of(keys);
              if (!known.contains(key)) {
                throw new IllegalArgumentException(
                    "unknown key '" + prefix + key + "'; " + Nearest.hint(key, known));
              }
            });
    return this;
  }

  StrictReader section(String key) {
    JsonNode value = required(key);
    if (!value.isObject()) {
      throw wrong(key, value, "a section with keys of its own");
    }
    return new StrictReader(value, prefix + key + ".");
  }

  boolean has(String key) {
    return object.hasNonNull(key);
  }

  ObjectNode tree(String key) {
    return (ObjectNode) section(key).object;
  }

  String text(String key) {
    JsonNode value = required(key);
    if (!value.isValueNode()) {
      throw wrong(key, value, "a text");
    }
    return value.asText();
  }

  Optional<String> optionalText(String key) {
    return has(key) ? Optional.of(text(key)) : Optional.empty();
  }

  double number(String key) {
    JsonNode value = required(key);
    if (value.isNumber()) {
      return value.doubleValue();
    }
    // YAML 1.1 takes 5e-4, without a point, for a text.
    if (value.isTextual() && value.textValue().matches("[-+]?\\d+[eE][-+]?\\d+")) {
      return Double.parseDouble(value.textValue());
    }
    throw wrong(key, value, "a number");
  }

  double number(String key, double otherwise) {
    return has(key) ? number(key) : otherwise;
  }

  OptionalDouble optionalNumber(String key) {
    return has(key) ? OptionalDouble.of(number(key)) : OptionalDouble.empty();
  }

  int integer(String key) {
    return integer(key, required(key));
  }

  OptionalInt optionalInteger(String key) {
    return has(key) ? OptionalInt.of(integer(key)) : OptionalInt.empty();
  }

  List<Integer> integers(String key) {
    JsonNode value = required(key);
    if (!value.isArray()) {
      throw wrong(key, value, "a list of whole numbers");
    }
    List<Integer> numbers = new ArrayList<>();
    value.forEach(element -> numbers.add(integer(key, element)));
    return numbers;
  }

  boolean flag(String key, boolean otherwise) {
    if (!has(key)) {
      return otherwise;
    }
    JsonNode value = required(key);
    if (!value.isBoolean()) {
      throw wrong(key, value, "true or false");
    }
    return value.booleanValue();
  }

  /** Reads the name of a constant in lower case. */
  <E extends Enum<E>> E choice(String key, Class<E> type) {
    List<String> names = Stream.of(type.getEnumConstants()).map(StrictReader::nameOf).toList();
    String name = text(key);
    Require.oneOf(prefix + key, name, names);
    return type.getEnumConstants()[names.indexOf(name)];
  }

  <E extends Enum<E>> Optional<E> optionalChoice(String key, Class<E> type) {
    return has(key) ? Optional.of(choice(key, type)) : Optional.empty();
  }

  static String nameOf(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private int integer(String key, JsonNode value) {
    if (!value.isIntegralNumber() || !value.canConvertToInt()) {
      throw wrong(key, value, "a whole number");
    }
    return value.intValue();
  }

  private JsonNode required(String key) {
    if (!has(key)) {
      throw new IllegalArgumentException("the key '" + prefix + key + "' is missing.");
    }
    return object.get(key);
  }

  private IllegalArgumentException wrong(String key, JsonNode value, String expected) {
    String found = value.isTextual() ? "'" + value.textValue() + "'" : value.toString();
    return new IllegalArgumentException(
        prefix + key + " is " + found + "; it must be " + expected + ".");
  }
}
