package org.wideresnet.train.step;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.wideresnet.model.Weight;
import org.wideresnet.model.WeightValues;

/**
 * Many tensors one after the other in one vector, which towers and processes copy and add at once.
 *
 * @param weights names and shapes of the tensors, in order
 */
public record FlatVector(List<Weight> weights) {

  public FlatVector {
    weights = List.copyOf(weights);
  }

  /** Returns the shape of the vector, {@code [n]}. */
  public Shape shape() {
    return Shape.of(weights.stream().mapToLong(weight -> weight.shape().size()).sum());
  }

  /** Returns a place to feed a vector, float32 {@code [n]}. */
  public Placeholder<TFloat32> placeholder(Ops tf) {
    return tf.placeholder(TFloat32.class, Placeholder.shape(shape()));
  }

  /** Returns the values in one vector, float32 {@code [n]}. */
  public Operand<TFloat32> pack(Ops tf, WeightValues values) {
    List<Operand<TFloat32>> flat =
        weights.stream()
            .<Operand<TFloat32>>map(weight -> tf.reshape(values.value(weight), tf.array(-1)))
            .toList();
    return tf.concat(flat, tf.constant(0));
  }

  /**
   * Returns the parts of a vector, each in the shape of its weight. Those that lie on a boundary of
   * 64 bytes are not copied.
   *
   * @param vector float32 {@code [n]}
   */
  public Map<Weight, Operand<TFloat32>> unpack(Ops tf, Operand<TFloat32> vector) {
    Map<Weight, Operand<TFloat32>> parts = new LinkedHashMap<>();
    long first = 0;
    for (Weight weight : weights) {
      long size = weight.shape().size();
      Operand<TFloat32> part = tf.slice(vector, tf.array(first), tf.array(size));
      parts.put(weight, tf.reshape(part, tf.constant(weight.shape())));
      first += size;
    }
    return parts;
  }
}
