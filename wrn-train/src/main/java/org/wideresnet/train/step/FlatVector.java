package org.wideresnet.train.step;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;

/** Many tensors as one vector, so that processes add them up at once. */
public final class FlatVector {
  private final Operand<TFloat32> joined;
  private final Placeholder<TFloat32> total;
  private final List<Operand<TFloat32>> totals = new ArrayList<>();

  /** Joins values of the given shapes, and takes apart their sum, which is fed. */
  public FlatVector(Ops tf, List<Operand<TFloat32>> values, List<Shape> shapes) {
    List<Operand<TFloat32>> flat = new ArrayList<>();
    values.forEach(value -> flat.add(tf.reshape(value, tf.array(-1))));
    joined = tf.concat(flat, tf.constant(0));
    long length = shapes.stream().mapToLong(Shape::size).sum();
    total = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(length)));
    long first = 0;
    for (Shape shape : shapes) {
      Operand<TFloat32> part = tf.slice(total, tf.array(first), tf.array(shape.size()));
      totals.add(tf.reshape(part, tf.constant(shape)));
      first += shape.size();
    }
  }

  /** Returns the values of this process, float32 {@code [n]}. */
  public Operand<TFloat32> joined() {
    return joined;
  }

  /** Returns where the sum over all processes is fed. */
  public Placeholder<TFloat32> total() {
    return total;
  }

  /** Returns the sums of the values. */
  public List<Operand<TFloat32>> totals() {
    return List.copyOf(totals);
  }
}
