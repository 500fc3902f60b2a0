package org.wideresnet.train.step;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;
import org.wideresnet.model.Weight;
import org.wideresnet.model.variables.Variables;

/**
 * The exponential moving average of all weights, moving statistics included, over the steps: {@code
 * average = d * average + (1 - d) * weight} after each, where {@code d} is the decay, or {@code (1
 * + steps) / (10 + steps)} while that is less, so that the initial weights are soon forgotten. It
 * is {@code tf.train.ExponentialMovingAverage(decay, num_updates)}.
 */
public final class WeightAverage {
  /** What follows the names of the trained weights in a checkpoint with averages. */
  public static final String TRAINED = "/trained";

  private final List<Op> updates = new ArrayList<>();
  private final List<Op> restart = new ArrayList<>();

  /**
   * Adds the ops.
   *
   * @param trained the weights that are trained
   * @param averages as many, which hold the averages
   * @param decay the share of an average that is kept in a step, in (0, 1)
   * @param step int64 scalar, the number of steps before this one
   * @param before the ops that change the trained weights in a step
   */
  WeightAverage(
      Ops tf,
      Variables trained,
      Variables averages,
      double decay,
      Operand<TInt64> step,
      List<Op> before) {
    Operand<TFloat32> steps = tf.dtypes.cast(step, TFloat32.class);
    Operand<TFloat32> taken =
        tf.math.maximum(
            tf.constant((float) (1 - decay)),
            tf.math.div(tf.constant(9f), tf.math.add(steps, tf.constant(10f))));
    Ops after = tf.withControlDependencies(before);
    for (Weight weight : trained.weights()) {
      Operand<TFloat32> now = after.readVariableOp(trained.handle(weight), TFloat32.class);
      Operand<TFloat32> old = averages.value(weight);
      updates.add(
          tf.assignSubVariableOp(
              averages.handle(weight), tf.math.mul(tf.math.sub(old, now), taken)));
      restart.add(tf.assignVariableOp(trained.handle(weight), old));
    }
  }

  /** Returns the ops that move the averages, to be run with a training step. */
  List<Op> updates() {
    return updates;
  }

  /** Sets the trained weights to the averages. */
  public void restart(Session session) {
    Session.Runner runner = session.runner();
    restart.forEach(runner::addTarget);
    runner.run().close();
  }
}
