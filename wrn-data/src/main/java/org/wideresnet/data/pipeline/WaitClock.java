package org.wideresnet.data.pipeline;

import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.VarHandleOp;
import org.tensorflow.types.TFloat64;

/**
 * Adds up, in the graph, how long an op takes; of the op for the next batch, how long it waits.
 * Where TensorFlow is told to be deterministic it refuses to look at a clock; the sum is NaN there.
 */
final class WaitClock {
  private static final boolean HAS_CLOCK = !Determinism.isOn(System.getenv());

  private final Ops tf;
  private final VarHandleOp total;
  private final Operand<TFloat64> start;
  private final Op reset;
  private final Operand<TFloat64> seconds;

  /**
   * Adds the sum to the graph.
   *
   * @param name a name that no other resource of the graph has
   */
  WaitClock(Ops tf, String name) {
    this.tf = tf;
    total = tf.varHandleOp(TFloat64.class, Shape.scalar(), VarHandleOp.sharedName(name));
    start = now(tf);
    reset = tf.assignVariableOp(total, tf.constant(0d));
    seconds = tf.readVariableOp(total, TFloat64.class);
  }

  private static Operand<TFloat64> now(Ops tf) {
    return HAS_CLOCK ? tf.timestamp() : tf.constant(Double.NaN);
  }

  /** Returns ops of which each starts after the time was taken that {@link #stop} needs. */
  Ops started() {
    return tf.withControlDependencies(start);
  }

  /** Returns ops that run when the time from {@link #started} to the end of an op was added. */
  Ops stop(Op op) {
    Operand<TFloat64> end = now(tf.withControlDependencies(op));
    return tf.withControlDependencies(tf.assignAddVariableOp(total, tf.math.sub(end, start)));
  }

  /** Returns the op that sets the sum to zero; it has to run first. */
  Op reset() {
    return reset;
  }

  /** Returns the sum, in seconds; NaN without a clock. */
  double seconds(Session session) {
    try (Result result = session.runner().fetch(seconds).run()) {
      return ((TFloat64) result.get(0)).getDouble();
    }
  }
}
