package org.wideresnet.train.step;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;
import org.wideresnet.model.Weight;

/**
 * What a step takes from a batch, all of it means over the batch: the mean over equal parts of a
 * batch is that of the batch.
 *
 * @param trainable the weights that there are gradients of
 * @param moving the weights that keep moving averages of batch statistics
 * @param values float32, the gradients, the statistics, the loss and the accuracy
 */
record StepValues(List<Weight> trainable, List<Weight> moving, List<Operand<TFloat32>> values) {

  StepValues {
    trainable = List.copyOf(trainable);
    moving = List.copyOf(moving);
    values = List.copyOf(values);
  }

  /** Returns the same of another batch, or of a larger part of it. */
  StepValues with(List<Operand<TFloat32>> otherValues) {
    return new StepValues(trainable, moving, otherValues);
  }

  /** Returns the gradients of the loss. */
  List<Operand<TFloat32>> gradients() {
    return values.subList(0, trainable.size());
  }

  /** Returns mean and variance of what batch normalisation normalised. */
  Map<Weight, Operand<TFloat32>> statistics() {
    Map<Weight, Operand<TFloat32>> statistics = new LinkedHashMap<>();
    for (int i = 0; i < moving.size(); i++) {
      statistics.put(moving.get(i), values.get(trainable.size() + i));
    }
    return statistics;
  }

  /** Returns the mean cross-entropy. */
  Operand<TFloat32> loss() {
    return values.get(values.size() - 2);
  }

  /** Returns the share of images that are classified right. */
  Operand<TFloat32> accuracy() {
    return values.get(values.size() - 1);
  }

  /** Returns the shapes of the values. */
  List<Shape> shapes() {
    List<Shape> shapes = new ArrayList<>();
    trainable.forEach(weight -> shapes.add(weight.shape()));
    moving.forEach(weight -> shapes.add(weight.shape()));
    shapes.add(Shape.scalar());
    shapes.add(Shape.scalar());
    return shapes;
  }
}
