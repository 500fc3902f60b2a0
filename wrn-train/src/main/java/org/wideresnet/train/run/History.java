package org.wideresnet.train.run;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * What was measured in every epoch: the file {@code history.csv} of a run. Its first columns have
 * the names and the order of Keras 3's {@code CSVLogger}, with epochs from 0. Columns are read by
 * name, so a file with others, or in another order, is read as well.
 */
public final class History {

  private final Path file;
  private final List<Row> rows;

  /**
   * What was measured in an epoch; NaN where nothing was.
   *
   * @param epoch the epoch, from 0
   * @param accuracy the mean accuracy of the training batches, in {@code [0, 1]}
   * @param learningRate the learning rate of the last step
   * @param loss the mean cross-entropy of the training batches, without weight decay
   * @param valAccuracy the accuracy on the validation split, or else on the test set; of epochs
   *     that were evaluated
   * @param valLoss the mean cross-entropy there
   * @param seconds how long the epoch's training took, without evaluation
   * @param imagesPerSecond the training images of one of these seconds
   * @param gradientNorm the mean over the steps of the norm of the loss's gradient
   * @param dataWait the share of these seconds that steps waited for their batches, in {@code [0,
   *     1]}
   */
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
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

    /** Returns whether the network was evaluated after this epoch. */
    public boolean wasEvaluated() {
      return !Double.isNaN(valAccuracy);
    }
  }

  /**
   * What is shown of a row: each is a scalar of TensorBoard, and those with a title have a chart.
   */
  public enum Quantity {
    HELD_OUT_ACCURACY("accuracy/held_out", "%s accuracy", Unit.PERCENT, Row::valAccuracy),
    TRAINING_ACCURACY("accuracy/train", "training accuracy", Unit.PERCENT, Row::accuracy),
    HELD_OUT_LOSS("loss/held_out", "%s loss", Unit.NATS, Row::valLoss),
    TRAINING_LOSS("loss/train", "training loss", Unit.NATS, Row::loss),
    LEARNING_RATE("learning_rate", "learning rate", Unit.NONE, Row::learningRate),
    GRADIENT_NORM("gradient_norm", "gradient norm", Unit.NONE, Row::gradientNorm),
    SPEED("images_per_second", "speed", Unit.IMAGES_PER_SECOND, Row::imagesPerSecond),
    DATA_WAIT("data_wait", "", Unit.PERCENT, Row::dataWait);

    /** What a value is counted in; a value in {@link #PERCENT} is a share in {@code [0, 1]}. */
    public enum Unit {
      PERCENT,
      NATS,
      IMAGES_PER_SECOND,
      NONE
    }

    private final String tag;
    private final String title;
    private final Unit unit;
    private final ToDoubleFunction<Row> value;

    Quantity(String tag, String title, Unit unit, ToDoubleFunction<Row> value) {
      this.tag = tag;
      this.title = title;
      this.unit = unit;
      this.value = value;
    }

    /** Returns those that have a chart, in the order of the page. */
    public static List<Quantity> charted() {
      return Arrays.stream(values()).filter(quantity -> !quantity.title.isEmpty()).toList();
    }

    /** Returns the name of the scalar; those that are drawn to one scale agree before the slash. */
    public String tag() {
      return tag;
    }

    /**
     * Returns the title of the chart, without the unit.
     *
     * @param heldOut what the held-out images are called, such as {@code test}
     */
    public String title(String heldOut) {
      return title.formatted(heldOut);
    }

    public Unit unit() {
      return unit;
    }

    /** Returns the value of an epoch. */
    public double of(Row row) {
      return value.applyAsDouble(row);
    }
  }

  private History(Path file, List<Row> rows) {
    this.file = file;
    this.rows = rows;
  }

  /**
   * Opens the history of a run; one that is not there yet has no rows.
   *
   * @throws IllegalArgumentException if the file is not a history; the message names the line
   * @throws IOException if it cannot be read
   */
  public static History open(Path file) throws IOException {
    return new History(file, Files.exists(file) ? HistoryFile.read(file) : new ArrayList<>());
  }

  /** Returns the rows, by epoch. */
  public List<Row> rows() {
    return List.copyOf(rows);
  }

  /** Returns the first of the rows with the highest {@code val_accuracy}. */
  public Optional<Row> best() {
    return evaluated().max(Comparator.comparingDouble(Row::valAccuracy));
  }

  /** Returns the last epoch after which the network was evaluated. */
  public Optional<Row> lastEvaluated() {
    return evaluated().reduce((earlier, later) -> later);
  }

  /** Returns how many epochs lie between the best one and the last that was evaluated. */
  public int epochsSinceBest() {
    return best().map(row -> lastEvaluated().orElseThrow().epoch() - row.epoch()).orElse(0);
  }

  private Stream<Row> evaluated() {
    return rows.stream().filter(Row::wasEvaluated);
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
    HistoryFile.write(file, rows);
  }

  /**
   * Keeps the first epochs only, those that a checkpoint knows of.
   *
   * @param epochs the number of epochs to keep
   * @throws IOException if the file cannot be written
   */
  public void truncate(int epochs) throws IOException {
    if (rows.removeIf(row -> row.epoch() >= epochs)) {
      HistoryFile.write(file, rows);
    }
  }
}
