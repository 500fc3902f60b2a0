package org.wideresnet.train.report.html;

import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleFunction;
import java.util.function.ToDoubleFunction;
import org.wideresnet.train.run.History;

/** What has a curve: a column of the history. */
enum Quantity {
  HELD_OUT_ACCURACY("accuracy", ", %", History.Row::valAccuracy, Digits::percent),
  TRAINING_ACCURACY("accuracy", ", %", History.Row::accuracy, Digits::percent),
  HELD_OUT_LOSS("loss", "", History.Row::valLoss, Digits::loss),
  TRAINING_LOSS("loss", "", History.Row::loss, Digits::loss),
  LEARNING_RATE("learning rate", "", History.Row::learningRate, Digits::significant),
  GRADIENT_NORM("gradient norm", "", History.Row::gradientNorm, Digits::significant),
  SPEED("speed", ", images/s", History.Row::imagesPerSecond, Digits::speed);

  private final String scale;
  private final String unit;
  private final ToDoubleFunction<History.Row> column;
  private final DoubleFunction<String> format;

  Quantity(
      String scale,
      String unit,
      ToDoubleFunction<History.Row> column,
      DoubleFunction<String> format) {
    this.scale = scale;
    this.unit = unit;
    this.column = column;
    this.format = format;
  }

  /**
   * Returns the name with the unit.
   *
   * @param heldOut what the held-out images are called, such as {@code test}
   */
  String title(String heldOut) {
    String images =
        switch (this) {
          case HELD_OUT_ACCURACY, HELD_OUT_LOSS -> heldOut + " ";
          case TRAINING_ACCURACY, TRAINING_LOSS -> "training ";
          case LEARNING_RATE, GRADIENT_NORM, SPEED -> "";
        };
    return Html.capitalized(images + scale + unit);
  }

  /** Returns the quantities that are drawn to the same scale, this one included. */
  List<Quantity> ofSameScale() {
    return Arrays.stream(values()).filter(other -> other.scale.equals(scale)).toList();
  }

  /** Returns whether the vertical axis starts at 0. */
  boolean startsAtZero() {
    return this == LEARNING_RATE || this == GRADIENT_NORM || this == SPEED;
  }

  /** Returns the value of an epoch as it is drawn: shares as percentages. */
  double value(History.Row row) {
    double value = column.applyAsDouble(row);
    return scale.equals("accuracy") ? 100 * value : value;
  }

  /** Returns the value of an epoch for people. */
  String text(History.Row row) {
    return format.apply(column.applyAsDouble(row));
  }
}
