package org.wideresnet.train.settings.tree;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonMappingException.Reference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.exc.InvalidTypeIdException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Collection;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Says in a sentence which key of a tree of settings is wrong, and what would be right. */
public final class SettingsException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  private static final Set<Class<?>> WHOLE =
      Set.of(int.class, Integer.class, long.class, Long.class, OptionalInt.class);
  private static final Set<Class<?>> DECIMAL =
      Set.of(double.class, Double.class, OptionalDouble.class);
  private static final Set<Class<?>> FLAG = Set.of(boolean.class, Boolean.class);

  private final String key;

  public SettingsException(String key, String sentence, Exception cause) {
    super(sentence, cause);
    this.key = key;
  }

  /** Returns the key, sections included; of a missing one the section it should be in. */
  public String key() {
    return key;
  }

  static SettingsException of(JsonProcessingException e, JsonNode tree, JsonMapper json) {
    List<Reference> path = e instanceof JsonMappingException m ? m.getPath() : List.of();
    String key =
        path.stream()
            .map(Reference::getFieldName)
            .filter(name -> name != null)
            .collect(Collectors.joining("."));
    if (e.getCause() instanceof IllegalArgumentException outOfRange) {
      String sentence = outOfRange.getMessage();
      return new SettingsException(sentence.replaceFirst(" .*", ""), sentence, outOfRange);
    }
    JsonNode value = value(tree, path);
    if (e instanceof InvalidTypeIdException kind && value.isObject()) {
      return kindOf(kind, key + "." + KnownKeys.KIND, json);
    }
    if (e.getOriginalMessage().startsWith("Missing required creator property")) {
      return missing(key, e);
    }
    return new SettingsException(
        key,
        "%s is %s; it must be %s.".formatted(key, shown(value), expected(targetOf(e), json)),
        e);
  }

  private static SettingsException missing(String key, Exception cause) {
    String section = key.contains(".") ? key.substring(0, key.lastIndexOf('.')) : "";
    return new SettingsException(section, "the key '%s' is missing.".formatted(key), cause);
  }

  /** The name of an optimiser or a schedule is missing or unknown. */
  private static SettingsException kindOf(InvalidTypeIdException e, String key, JsonMapper json) {
    if (e.getTypeId() == null) {
      return missing(key, e);
    }
    String known = String.join(", ", KnownKeys.kinds(e.getBaseType(), json).keySet());
    return new SettingsException(
        key, "%s is '%s'; it must be one of %s.".formatted(key, e.getTypeId(), known), e);
  }

  private static JsonNode value(JsonNode tree, List<Reference> path) {
    JsonNode value = tree;
    for (Reference step : path) {
      value =
          step.getFieldName() == null
              ? value.path(step.getIndex())
              : value.path(step.getFieldName());
    }
    return value;
  }

  private static String shown(JsonNode value) {
    return value.isTextual() ? "'" + value.textValue() + "'" : value.toString();
  }

  private static Class<?> targetOf(JsonProcessingException e) {
    Class<?> target = null;
    if (e instanceof MismatchedInputException mismatch) {
      target = mismatch.getTargetType();
    } else if (e.getCause() instanceof InputCoercionException tooLarge) {
      target = tooLarge.getTargetType();
    }
    return target == null ? Object.class : target;
  }

  private static String expected(Class<?> type, JsonMapper json) {
    if (WHOLE.contains(type)) {
      return "a whole number";
    }
    if (DECIMAL.contains(type)) {
      return "a number";
    }
    if (FLAG.contains(type)) {
      return "true or false";
    }
    if (type == String.class) {
      return "a text";
    }
    if (Collection.class.isAssignableFrom(type)) {
      return "a list";
    }
    if (type.isEnum()) {
      return "one of "
          + Stream.of(type.getEnumConstants())
              .map(constant -> json.convertValue(constant, String.class))
              .collect(Collectors.joining(", "));
    }
    return "a section with keys of its own";
  }
}
