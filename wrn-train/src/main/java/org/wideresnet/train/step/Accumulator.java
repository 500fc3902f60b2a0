package org.wideresnet.train.step;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.wideresnet.model.Initializer;
import org.wideresnet.model.Weight;
import org.wideresnet.model.variables.Variables;

/**
 * Adds up what the rounds of a step computed. It holds something during a step only, so it is in no
 * checkpoint.
 */
final class Accumulator {
  private final Op start;
  private final Op add;
  private final Operand<TFloat32> sum;

  /**
   * Adds a variable.
   *
   * @param value what a round computed, a vector
   */
  Accumulator(Ops tf, Operand<TFloat32> value, Shape shape) {
    Weight weight = new Weight("accumulated", shape, Initializer.ZEROS, false);
    Variables variable = new Variables(tf, List.of(weight), 0);
    start = tf.assignVariableOp(variable.handle(weight), value);
    add = tf.assignAddVariableOp(variable.handle(weight), value);
    sum = tf.math.add(variable.value(weight), value);
  }

  /** Returns the op that ends a round but the last; the first one forgets the step before. */
  Op keep(int round) {
    return round == 0 ? start : add;
  }

  /** Returns the sum of all rounds, to be used in the last one. */
  Operand<TFloat32> sum() {
    return sum;
  }
}
