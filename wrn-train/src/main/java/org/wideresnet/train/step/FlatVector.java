package org.wideresnet.train.step;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.wideresnet.model.Weight;

/** Many tensors packed into one vector, so that processes reduce them at once. */
public final class FlatVector {
  private final Operand<TFloat32> packed;
  private final Placeholder<TFloat32> reduced;
  private final Map<Weight, Operand<TFloat32>> unpacked = new LinkedHashMap<>();

  /** Packs values of the shapes of their weights, and unpacks the vector that is fed. */
  public FlatVector(Ops tf, Map<Weight, Operand<TFloat32>> values) {
    List<Operand<TFloat32>> flat = new ArrayList<>();
    values.values().forEach(value -> flat.add(tf.reshape(value, tf.array(-1))));
    packed = tf.concat(flat, tf.constant(0));
    long length = values.keySet().stream().mapToLong(weight -> weight.shape().size()).sum();
    reduced = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(length)));
    long first = 0;
    for (Weight weight : values.keySet()) {
      long size = weight.shape().size();
      Operand<TFloat32> part = tf.slice(reduced, tf.array(first), tf.array(size));
      unpacked.put(weight, tf.reshape(part, tf.constant(weight.shape())));
      first += size;
    }
  }

  /** Returns the values of this process, float32 {@code [n]}. */
  public Operand<TFloat32> packed() {
    return packed;
  }

  /** Returns where the sum over all processes is fed, float32 {@code [n]}. */
  public Placeholder<TFloat32> reduced() {
    return reduced;
  }

  /** Returns the parts of {@link #reduced}, each in the shape of its weight. */
  public Map<Weight, Operand<TFloat32>> unpacked() {
    return Collections.unmodifiableMap(unpacked);
  }
}
