package org.wideresnet.train.settings;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * How much of a GPU's memory TensorFlow takes, as {@code --gpu-memory} says it: {@code grow} (as
 * much as it needs, when it needs it), {@code all} (nearly all at once), or the most that it may
 * take of each GPU, in MiB.
 *
 * @param text the text of the option
 */
public record GpuMemory(@JsonValue String text) {

  private static final Pattern FORMS = Pattern.compile("grow|all|[1-9]\\d{0,6}");

  /** As much as is needed, when it is needed. */
  public static final GpuMemory GROW = new GpuMemory("grow");

  /**
   * Checks the text.
   *
   * @throws IllegalArgumentException if it is not one of the forms above
   */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public GpuMemory {
    if (!FORMS.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "--gpu-memory is '%s'; it must be grow, all, or a number of MiB such as 8000."
              .formatted(text));
    }
  }

  /** Returns the most of each GPU in MiB; nothing where there is no limit. */
  public OptionalInt limit() {
    return Character.isDigit(text.charAt(0))
        ? OptionalInt.of(Integer.parseInt(text))
        : OptionalInt.empty();
  }
}
