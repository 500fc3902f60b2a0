package org.wideresnet.cli.data;

import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * How many images of each class there are, in words.
 *
 * @param counts by label
 */
record ClassBalance(List<Integer> counts) {

  /** Returns the balance of some files together. */
  static ClassBalance sum(List<List<Integer>> files) {
    return new ClassBalance(
        IntStream.range(0, files.get(0).size())
            .mapToObj(label -> files.stream().mapToInt(file -> file.get(label)).sum())
            .toList());
  }

  /** Returns {@code 5,000} where each class has as many, else {@code 974 to 1,032}. */
  String text() {
    int least = Collections.min(counts);
    int most = Collections.max(counts);
    String text = String.format(Locale.ROOT, "%,d", least);
    return least == most ? text : text + String.format(Locale.ROOT, " to %,d", most);
  }

  /** Returns whether each class has as many images as any other. */
  boolean isEven() {
    return Collections.min(counts).equals(Collections.max(counts));
  }

  /**
   * Returns a sentence on the classes that have no image.
   *
   * @param set what they are missing in
   * @param classNames the names, by label
   */
  Optional<String> gap(String set, List<String> classNames) {
    List<String> missing =
        IntStream.range(0, counts.size())
            .filter(label -> counts.get(label) == 0)
            .mapToObj(classNames::get)
            .toList();
    if (missing.isEmpty()) {
      return Optional.empty();
    }
    String more =
        missing.size() == 1 ? "" : " and of %d more classes".formatted(missing.size() - 1);
    return Optional.of("The %s has no image of %s%s.".formatted(set, missing.get(0), more));
  }
}
