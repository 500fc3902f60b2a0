package org.wideresnet.train.report;

import java.util.Locale;
import org.wideresnet.train.run.History;

/** Numbers with as many digits as mean something; a dash for what was not measured. */
public final class NumberFormats {

  public static final String NOTHING = "–";

  private NumberFormats() {}

  /** Writes the value of an epoch; a share as a percentage, without the sign of it. */
  public static String of(History.Quantity quantity, History.Row row) {
    double value = quantity.of(row);
    return switch (quantity.unit()) {
      case PERCENT -> percent(value);
      case NATS -> loss(value);
      case IMAGES_PER_SECOND -> speed(value);
      case NONE -> significant(value);
    };
  }

  /** Writes a share in {@code [0, 1]} as a percentage, without the sign of it. */
  public static String percent(double share) {
    return format("%.2f", 100 * share);
  }

  /** Writes a cross-entropy. */
  public static String loss(double loss) {
    return format("%.4f", loss);
  }

  /** Writes images a second. */
  public static String speed(double imagesPerSecond) {
    return format(imagesPerSecond < 100 ? "%.1f" : "%,.0f", imagesPerSecond);
  }

  /** Writes a number of any size with four digits, or fewer where they say it all. */
  public static String significant(double value) {
    double size = Math.abs(value);
    if (value != 0 && (size < 1e-4 || size >= 1e6)) {
      return format("%.3e", value);
    }
    String text = format("%." + Math.max(0, 3 - exponent(size)) + "f", value);
    return text.contains(".") ? text.replaceFirst("\\.?0+$", "") : text;
  }

  /** Writes a difference of percentages. */
  public static String signed(double difference) {
    return format("%+.2f", difference).replace('-', '\u2212');
  }

  /** Writes a deviation or its tolerance. */
  public static String tiny(double value) {
    return value == 0 ? "0" : format("%.1e", value);
  }

  /** Writes seconds in the units that suit them. */
  public static String duration(double seconds) {
    if (!Double.isFinite(seconds) || seconds < 60) {
      return format("%.1f s", seconds);
    }
    long whole = Math.round(seconds);
    return whole < 3600
        ? "%d min %d s".formatted(whole / 60, whole % 60)
        : "%,d h %d min".formatted(whole / 3600, whole % 3600 / 60);
  }

  private static int exponent(double size) {
    return size == 0 ? 3 : (int) Math.floor(Math.log10(size));
  }

  public static String format(String format, double value) {
    if (Double.isNaN(value)) {
      return NOTHING;
    }
    return Double.isInfinite(value) ? "infinite" : String.format(Locale.ROOT, format, value);
  }
}
