package org.wideresnet.train.settings;

import java.util.Collection;
import java.util.Comparator;

/** Finds what was probably meant by a word that is not known. */
final class Nearest {

  private Nearest() {}

  /**
   * Returns {@code did you mean 'epochs'?} where a known word differs in at most half of its
   * letters, else {@code known are epochs, factor.}
   */
  static String hint(String word, Collection<String> known) {
    return known.stream()
        .min(Comparator.comparingInt(candidate -> distance(word, candidate)))
        .filter(candidate -> distance(word, candidate) <= candidate.length() / 2)
        .map(candidate -> "did you mean '" + candidate + "'?")
        .orElseGet(() -> "known are " + String.join(", ", known) + ".");
  }

  /** The Levenshtein distance: how many letters must be inserted, deleted or replaced. */
  static int distance(String from, String to) {
    int[] above = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      above[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int[] row = new int[to.length() + 1];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int replaced = above[j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replaced, 1 + Math.min(above[j], row[j - 1]));
      }
      above = row;
    }
    return above[to.length()];
  }
}
