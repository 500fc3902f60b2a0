package org.wideresnet.train.step;

import java.util.ArrayList;
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
  private final Ops tf;
  private final Variables sums;
  private final List<Op> start = new ArrayList<>();
  private final List<Op> add = new ArrayList<>();

  /** Adds a variable for each of the values, float32 of these shapes. */
  Accumulator(Ops tf, List<Operand<TFloat32>> values, List<Shape> shapes) {
    this.tf = tf;
    List<Weight> weights = new ArrayList<>();
    for (Shape shape : shapes) {
      weights.add(new Weight("accumulated/" + weights.size(), shape, Initializer.ZEROS, false));
    }
    sums = new Variables(tf, weights, 0);
    for (int i = 0; i < values.size(); i++) {
      start.add(tf.assignVariableOp(sums.handle(weights.get(i)), values.get(i)));
      add.add(tf.assignAddVariableOp(sums.handle(weights.get(i)), values.get(i)));
    }
  }

  /** Returns the ops that end a round but the last; the first one forgets the step before. */
  List<Op> keep(int round) {
    return round == 0 ? start : add;
  }

  /** Returns the sums of all rounds, to be used in the last one, whose values these are. */
  List<Operand<TFloat32>> plus(List<Operand<TFloat32>> values) {
    List<Operand<TFloat32>> totals = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      totals.add(tf.math.add(sums.value(sums.weights().get(i)), values.get(i)));
    }
    return totals;
  }
}
