package org.wideresnet.train.step;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
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
  private final StepValues values;
  private final List<Op> start = new ArrayList<>();
  private final List<Op> add = new ArrayList<>();

  /** Adds a variable for each of the values of a round. */
  Accumulator(Ops tf, StepValues values) {
    this.tf = tf;
    this.values = values;
    sums = new Variables(tf, values.all().keySet().stream().map(Accumulator::sum).toList(), 0);
    values
        .all()
        .forEach(
            (weight, value) -> {
              start.add(tf.assignVariableOp(sums.handle(sum(weight)), value));
              add.add(tf.assignAddVariableOp(sums.handle(sum(weight)), value));
            });
  }

  /** Returns the ops that end a round but the last; the first one forgets the step before. */
  List<Op> keep(int round) {
    return round == 0 ? start : add;
  }

  /** Returns the sums of all rounds, to be used in the last one. */
  StepValues sums() {
    return values.map((weight, value) -> tf.math.add(sums.value(sum(weight)), value));
  }

  private static Weight sum(Weight weight) {
    return new Weight("accumulated/" + weight.name(), weight.shape(), Initializer.ZEROS, false);
  }
}
