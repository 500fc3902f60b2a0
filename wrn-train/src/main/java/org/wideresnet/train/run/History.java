package org.wideresnet.train.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import org.wideresnet.model.files.AtomicFile;

/**
 * What was measured in every epoch: the file {@code history.csv} of a run. Its first columns have
 * the names and the order of Keras 3's {@code CSVLogger}, with epochs from 0. Columns are read by
 * name, so a file with others, or in another order, is read as well.
 */
public final class History {

  /** The columns, in order. */
  public static final List<String> COLUMNS =
      List.of(
          "epoch",
          "accuracy",
          "learning_rate",
          "loss",
          "val_accuracy",
          "val_loss",
          "seconds",
          "images_per_second",
          "gradient_norm",
          "data_wait");

  private final Path file;
  private final List<Row> rows;

  /**
   * What was measured in an epoch; NaN where nothing was.
   *
   * @param epoch the epoch, from 0
   * @param accuracy the mean accuracy of the training batches, in {@code [0, 1]}
   * @param learningRate the learning rate of the last step
   * @param loss the mean cross-entropy of the training batches, without weight decay
   * @param valAccuracy the accuracy on the validation split, or else on the test set
   * @param valLoss the mean cross-entropy there
   * @param seconds how long the epoch's training took, without evaluation
   * @param imagesPerSecond the training images of one of these seconds
   * @param gradientNorm the mean over the steps of the norm of the loss's gradient
   * @param dataWait the share of these seconds that steps waited for their batches, in {@code [0,
   *     1]}
   */
  public record Row(
      int epoch,
      double accuracy,
      double learningRate,
      double loss,
      double valAccuracy,
      double valLoss,
      double seconds,
      double imagesPerSecond,
      double gradientNorm,
      double dataWait) {

    private String toLine() {
      return DoubleStream.of(
              accuracy,
              learningRate,
              loss,
              valAccuracy,
              valLoss,
              seconds,
              imagesPerSecond,
              gradientNorm,
              dataWait)
          .mapToObj(Double::toString)
          .collect(Collectors.joining(",", epoch + ",", "\n"));
    }
  }

  private History(Path file, List<Row> rows) {
    this.file = file;
    this.rows = rows;
  }

  /**
   * Opens the history of a run; one that is not there yet has no rows.
   *
   * @throws IllegalArgumentException if the file is no history; the message names the line
   * @throws IOException if it cannot be read
   */
  public static History open(Path file) throws IOException {
    return new History(
        file, Files.exists(file) ? new HistoryReader(file).rows() : new ArrayList<>());
  }

  /** Returns the rows, by epoch. */
  public List<Row> rows() {
    return List.copyOf(rows);
  }

  /** Returns the first of the rows with the highest {@code val_accuracy}. */
  public Optional<Row> best() {
    return rows.stream().max(Comparator.comparingDouble(Row::valAccuracy));
  }

  /** Returns how many epochs have passed since the best one. */
  public int epochsSinceBest() {
    return best().map(row -> rows.get(rows.size() - 1).epoch() - row.epoch()).orElse(0);
  }

  /**
   * Adds an epoch. The row is on disk when this returns.
   *
   * @throws IllegalArgumentException if it is not the next epoch
   * @throws IOException if the file cannot be written
   */
  public void append(Row row) throws IOException {
    int next = rows.isEmpty() ? 0 : rows.get(rows.size() - 1).epoch() + 1;
    if (row.epoch() != next) {
      throw new IllegalArgumentException(
          "The next epoch of " + file + " is " + next + ", not " + row.epoch() + ".");
    }
    rows.add(row);
    write();
  }

  /**
   * Keeps the first epochs only, those that a checkpoint knows of.
   *
   * @param epochs the number of epochs to keep
   * @throws IOException if the file cannot be written
   */
  public void truncate(int epochs) throws IOException {
    if (rows.removeIf(row -> row.epoch() >= epochs)) {
      write();
    }
  }

  private void write() throws IOException {
    String header = String.join(",", COLUMNS) + "\n";
    AtomicFile.write(
        file, rows.stream().map(Row::toLine).collect(Collectors.joining("", header, "")));
  }
}
