package org.wideresnet.train.step;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiFunction;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;
import org.wideresnet.model.Initializer;
import org.wideresnet.model.Weight;

/**
 * What a step takes from a batch, all of it float32 means over the batch: the mean over equal parts
 * of a batch is that of the batch.
 *
 * @param gradients the gradients of the loss, by the trainable weights
 * @param statistics mean and variance of what batch normalisation normalised, by the weights that
 *     keep their moving averages
 * @param loss the mean cross-entropy, a scalar
 * @param accuracy the share of images that are classified right, a scalar
 */
record StepValues(
    Map<Weight, Operand<TFloat32>> gradients,
    Map<Weight, Operand<TFloat32>> statistics,
    Operand<TFloat32> loss,
    Operand<TFloat32> accuracy) {

  private static final Weight LOSS = scalar("loss");
  private static final Weight ACCURACY = scalar("accuracy");

  StepValues {
    gradients = Collections.unmodifiableMap(new LinkedHashMap<>(gradients));
    statistics = Collections.unmodifiableMap(new LinkedHashMap<>(statistics));
  }

  private static Weight scalar(String name) {
    return new Weight(name, Shape.scalar(), Initializer.ZEROS, false);
  }

  /**
   * Returns all values by name and shape, in an order that follows from the network alone; loss and
   * accuracy have names of their own.
   */
  Map<Weight, Operand<TFloat32>> all() {
    Map<Weight, Operand<TFloat32>> all = new LinkedHashMap<>(gradients);
    all.putAll(statistics);
    all.put(LOSS, loss);
    all.put(ACCURACY, accuracy);
    return all;
  }

  /** Returns what becomes of each value, such as the mean of a sum. */
  StepValues map(BiFunction<Weight, Operand<TFloat32>, Operand<TFloat32>> change) {
    return new StepValues(
        map(gradients, change),
        map(statistics, change),
        change.apply(LOSS, loss),
        change.apply(ACCURACY, accuracy));
  }

  private static Map<Weight, Operand<TFloat32>> map(
      Map<Weight, Operand<TFloat32>> values,
      BiFunction<Weight, Operand<TFloat32>, Operand<TFloat32>> change) {
    Map<Weight, Operand<TFloat32>> changed = new LinkedHashMap<>();
    values.forEach((weight, value) -> changed.put(weight, change.apply(weight, value)));
    return changed;
  }
}
