package org.wideresnet.train.metrics;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Measures a classifier by the probabilities that it gives, batch after batch, whatever computed
 * them. Of equal probabilities the class with the lower number comes first. Every mean is NaN as
 * long as there is nothing to take it of. Not thread-safe.
 */
public final class Metrics {

  private static final int TOP = 5;

  private final long[][] confusion;
  private final CalibrationError calibration = new CalibrationError();
  private long examples;
  private long right;
  private long inTop;
  private double negativeLogLikelihood;

  /** Thrown when a probability is NaN, as those of a network are whose weights are not numbers. */
  public static final class NotANumberException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    private NotANumberException() {
      super("A probability is NaN; it must lie in [0, 1].");
    }
  }

  /**
   * How well one class is recognised.
   *
   * @param label the number of the class
   * @param examples how many examples are of this class
   * @param precision the share of those called so that are of this class; NaN if none was
   * @param recall the share of those of this class that were called so; NaN if there is none
   */
  public record ClassScore(int label, long examples, double precision, double recall) {}

  /**
   * How often the classifier is right where it is about equally sure.
   *
   * @param examples how many examples are in the bin
   * @param confidence the mean probability of their most probable class; NaN if there are none
   * @param accuracy the share whose most probable class is right; NaN if there are none
   */
  public record ReliabilityBin(long examples, double confidence, double accuracy) {}

  /**
   * Two classes of which one is taken for the other.
   *
   * @param label the number of the true class
   * @param predicted the number of the class that it was called
   * @param examples how many examples of the true class were called so
   */
  public record Confusion(int label, int predicted, long examples) {}

  /**
   * Starts with nothing measured.
   *
   * @param classes the number of classes
   */
  public Metrics(int classes) {
    confusion = new long[classes][classes];
  }

  /**
   * Adds a batch.
   *
   * @param probabilities {@code [batch, classes]}, each row summing to 1
   * @param labels {@code [batch]}, the numbers of the right classes
   * @throws NotANumberException if a probability is NaN
   * @throws IllegalArgumentException if the sizes do not agree, a label is not that of a class, or
   *     a probability is not in {@code [0, 1]}
   */
  public void add(float[][] probabilities, int[] labels) {
    if (probabilities.length != labels.length) {
      throw new IllegalArgumentException(
          "There are %d rows of probabilities and %d labels; each row needs one."
              .formatted(probabilities.length, labels.length));
    }
    for (int i = 0; i < labels.length; i++) {
      check(probabilities[i], labels[i]);
    }
    for (int i = 0; i < labels.length; i++) {
      add(probabilities[i], labels[i]);
    }
  }

  private void check(float[] row, int label) {
    if (row.length != confusion.length || label < 0 || label >= confusion.length) {
      throw new IllegalArgumentException(
          "%d probabilities for the label %d do not fit %d classes."
              .formatted(row.length, label, confusion.length));
    }
    for (float probability : row) {
      if (Float.isNaN(probability)) {
        throw new NotANumberException();
      }
      if (probability < 0 || probability > 1.0001f) { // a softmax may round up
        throw new IllegalArgumentException(
            "A probability is " + probability + "; it must lie in [0, 1].");
      }
    }
  }

  private void add(float[] row, int label) {
    int predicted = 0;
    int before = 0;
    for (int j = 0; j < row.length; j++) {
      if (row[j] > row[predicted]) {
        predicted = j;
      }
      if (row[j] > row[label] || (row[j] == row[label] && j < label)) {
        before++;
      }
    }
    examples++;
    right += predicted == label ? 1 : 0;
    inTop += before < TOP ? 1 : 0;
    negativeLogLikelihood -= Math.log(Math.max(row[label], Float.MIN_VALUE));
    confusion[label][predicted]++;
    calibration.add(row[predicted], predicted == label);
  }

  /** Returns the number of examples. */
  public long examples() {
    return examples;
  }

  /** Returns the share of examples whose most probable class is the right one. */
  public double accuracy() {
    return (double) right / examples;
  }

  /** Returns the share of examples whose right class is among the five most probable. */
  public double top5Accuracy() {
    return (double) inTop / examples;
  }

  /**
   * Returns the mean negative log-likelihood of the right class, in nats. A probability of 0 counts
   * as the smallest positive float.
   */
  public double nll() {
    return negativeLogLikelihood / examples;
  }

  /**
   * Returns the expected calibration error of the most probable class, over 15 bins of equal width.
   *
   * @see <a href="https://arxiv.org/abs/1706.04599">Guo et al., equation 5</a>
   */
  public double ece() {
    return calibration.expectedError();
  }

  /** Returns the 15 bins of equal width behind {@link #ece}, from the least sure to the surest. */
  public List<ReliabilityBin> reliability() {
    return calibration.bins();
  }

  /** Returns how many examples of a class (row) were called another (column). */
  public long[][] confusionMatrix() {
    return Arrays.stream(confusion).map(long[]::clone).toArray(long[][]::new);
  }

  /**
   * Returns the pairs of classes that are confused most often, the most frequent first.
   *
   * @param count how many pairs at most
   */
  public List<Confusion> mostConfused(int count) {
    int classes = confusion.length;
    return IntStream.range(0, classes * classes)
        .mapToObj(i -> new Confusion(i / classes, i % classes, confusion[i / classes][i % classes]))
        .filter(pair -> pair.label() != pair.predicted() && pair.examples() > 0)
        .sorted(Comparator.comparingLong(Confusion::examples).reversed())
        .limit(count)
        .toList();
  }

  /** Returns how well each class is recognised, by its number. */
  public List<ClassScore> classScores() {
    return IntStream.range(0, confusion.length).mapToObj(this::classScore).toList();
  }

  private ClassScore classScore(int label) {
    long count = Arrays.stream(confusion[label]).sum();
    long called = Arrays.stream(confusion).mapToLong(row -> row[label]).sum();
    double hits = confusion[label][label];
    return new ClassScore(label, count, hits / called, hits / count);
  }

  /**
   * Returns {@link #classScores} as a table, percentages with two decimals.
   *
   * @param classNames the names of the classes, by number
   */
  public String classTable(List<String> classNames) {
    int width = classNames.stream().mapToInt(String::length).max().orElse(0);
    String format = "%-" + Math.max(5, width) + "s  %8s  %9s  %6s%n";
    StringBuilder table =
        new StringBuilder(
            String.format(Locale.ROOT, format, "class", "examples", "precision", "recall"));
    for (ClassScore score : classScores()) {
      table.append(
          String.format(
              Locale.ROOT,
              format,
              classNames.get(score.label()),
              score.examples(),
              percent(score.precision()),
              percent(score.recall())));
    }
    return table.toString();
  }

  private static String percent(double share) {
    return Double.isNaN(share) ? "-" : String.format(Locale.ROOT, "%.2f", 100 * share);
  }
}
