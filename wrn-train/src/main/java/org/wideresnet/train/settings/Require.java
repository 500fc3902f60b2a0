package org.wideresnet.train.settings;

/** The ranges of the values of a recipe; a value outside is named by its key. */
public final class Require {

  private Require() {}

  static void positive(String key, double value) {
    check(value > 0 && Double.isFinite(value), key, value, "be a positive number");
  }

  static void notNegative(String key, double value) {
    check(value >= 0 && Double.isFinite(value), key, value, "be 0 or a positive number");
  }

  static void fraction(String key, double value) {
    check(value >= 0 && value < 1, key, value, "lie in [0, 1)");
  }

  public static void atLeastOne(String key, int value) {
    check(value >= 1, key, value, "be 1 or more");
  }

  private static void check(boolean holds, String key, Number value, String rule) {
    if (!holds) {
      throw new IllegalArgumentException(key + " is " + value + "; it must " + rule + ".");
    }
  }
}
