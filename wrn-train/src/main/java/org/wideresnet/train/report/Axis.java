package org.wideresnet.train.report;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * An axis from one round number to another.
 *
 * @param low where it starts
 * @param step how far its ticks are apart: 1, 2 or 5, times a power of 10
 * @param steps how many steps it has
 */
public record Axis(double low, double step, int steps) {

  private static final int MOST_STEPS = 6;

  /** What division may add to a whole number of steps. */
  private static final double ROUNDING = 1e-9;

  /**
   * Returns an axis that covers a range.
   *
   * @param leastStep the least distance of its ticks
   */
  public static Axis covering(double min, double max, double leastStep) {
    double range = max > min ? max - min : max == 0 ? 1 : Math.abs(max) / 2;
    double exact = Math.max(range / (MOST_STEPS - 1), leastStep);
    double power = Math.pow(10, Math.floor(Math.log10(exact)));
    double step = (exact > 5 * power ? 10 : exact > 2 * power ? 5 : exact > power ? 2 : 1) * power;
    double first = Math.floor(min / step + ROUNDING);
    double last = Math.ceil(max / step - ROUNDING);
    return new Axis(first * step, step, (int) Math.max(1, last - first));
  }

  /** Returns where it ends. */
  public double high() {
    return low + steps * step;
  }

  List<Double> ticks() {
    return IntStream.rangeClosed(0, steps).mapToObj(i -> low + i * step).toList();
  }

  /** Returns where a value is, from 0 at the start of the axis to 1 at its end. */
  double share(double value) {
    return (value - low) / (high() - low);
  }

  /** Writes a tick with the digits that tell it from the next. */
  String label(double tick) {
    if (step < 1e-4) {
      return tick == 0 ? "0" : String.format(Locale.ROOT, "%.1e", tick);
    }
    int decimals = (int) Math.max(0, -Math.floor(Math.log10(step) + ROUNDING));
    return String.format(Locale.ROOT, "%,." + decimals + "f", tick);
  }
}
