package org.wideresnet.train.settings;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How often a training writes checkpoints within an epoch; its end writes one in any case.
 *
 * @param steps the number of steps from one to the next; 0 if they do not count
 * @param time the time from one to the next; zero if it does not count
 */
public record CheckpointInterval(int steps, Duration time) {

  private static final Pattern FORM = Pattern.compile("([1-9]\\d{0,8})([smh]?)");
  private static final String NONE = "epoch";

  /** Only the end of an epoch writes a checkpoint. */
  public static final CheckpointInterval EPOCH = new CheckpointInterval(0, Duration.ZERO);

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if one is negative, or both are given
   */
  public CheckpointInterval {
    if (steps < 0 || time.isNegative() || (steps > 0 && !time.isZero())) {
      throw new IllegalArgumentException(
          "A checkpoint can be due after steps or after a time, not %d steps and %s."
              .formatted(steps, time));
    }
  }

  /**
   * Reads the value of {@code --checkpoint-every}: {@code epoch}, {@code 500} for every 500 steps,
   * or {@code 10m} for every ten minutes; {@code s} and {@code h} are known as well.
   *
   * @throws IllegalArgumentException if it is none of these
   */
  @JsonCreator
  public static CheckpointInterval parse(String text) {
    if (text.equals(NONE)) {
      return EPOCH;
    }
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw new IllegalArgumentException(
          "--checkpoint-every is '%s'; it must be a number of steps such as 500, a time such as 10m, or epoch."
              .formatted(text));
    }
    int number = Integer.parseInt(form.group(1));
    return switch (form.group(2)) {
      case "s" -> new CheckpointInterval(0, Duration.ofSeconds(number));
      case "m" -> new CheckpointInterval(0, Duration.ofMinutes(number));
      case "h" -> new CheckpointInterval(0, Duration.ofHours(number));
      default -> new CheckpointInterval(number, Duration.ZERO);
    };
  }

  /** Returns this interval as {@link #parse} reads it, times in seconds. */
  @Override
  @JsonValue
  public String toString() {
    return steps > 0 ? Integer.toString(steps) : time.isZero() ? NONE : time.toSeconds() + "s";
  }

  /**
   * Returns whether a checkpoint is due.
   *
   * @param step the number of steps since the training started
   * @param sinceLast the time since the last checkpoint
   */
  public boolean isDue(long step, Duration sinceLast) {
    return steps > 0 ? step % steps == 0 : !time.isZero() && sinceLast.compareTo(time) >= 0;
  }
}
