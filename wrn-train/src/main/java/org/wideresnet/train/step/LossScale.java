package org.wideresnet.train.step;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.wideresnet.model.Initializer;
import org.wideresnet.model.Weight;
import org.wideresnet.model.variables.Variables;

/**
 * Dynamic loss scaling (Micikevicius et al., "Mixed Precision Training", ICLR 2018). The loss is
 * multiplied by a scale before its gradients are computed, so that small ones do not become zero in
 * float16, and the gradients are divided by it in float32. Where one is not finite, the step
 * changes no weight and the scale is halved; after {@value #GOOD_STEPS} good steps it is doubled. A
 * scale of 1 is no scale: then a step is never passed over, so that a training that diverges is
 * seen to.
 *
 * <p>Scales are powers of two, by which a float32 is multiplied and divided exactly.
 */
final class LossScale {
  /** The scale that a training starts with. */
  static final float FIRST = 1 << 15;

  private static final float LARGEST = 1 << 24;
  private static final int GOOD_STEPS = 2000;

  /** Stands for the scale among the weights that gradients are computed from. */
  static final Weight SCALE = scalar("loss_scale");

  /** The scale divided by the first one, so that it starts as 1. */
  private static final Weight RELATIVE = scalar("loss_scale/relative");

  private static final Weight GOOD =
      new Weight("loss_scale/good_steps", Shape.scalar(), Initializer.ZEROS, false);

  private final Ops tf;
  private final Variables state;
  private final Operand<TFloat32> scale;

  /** Adds the variables: the scale, and the number of good steps since it was last changed. */
  LossScale(Ops tf) {
    this.tf = tf;
    state = new Variables(tf, List.of(RELATIVE, GOOD), 0);
    scale = tf.math.mul(state.value(RELATIVE), tf.constant(FIRST));
  }

  private static Weight scalar(String name) {
    return new Weight(name, Shape.scalar(), Initializer.ONES, false);
  }

  /** Returns the variables, which a checkpoint needs in order to go on. */
  Variables state() {
    return state;
  }

  /** Returns the scale of the step, a float32 scalar. */
  Operand<TFloat32> value() {
    return scale;
  }

  /**
   * Returns the values of a batch as they are; where its gradient is not finite, what is computed
   * from them is not computed, be it the change of a variable.
   *
   * @param gradientNorm the norm of the gradient, no longer scaled
   */
  StepValues unlessSkipped(StepValues batch, Operand<TFloat32> gradientNorm) {
    Operand<TBool> unscaled = tf.math.lessEqual(scale, tf.constant(1f));
    Operand<TBool> applied = tf.math.logicalOr(tf.math.isFinite(gradientNorm), unscaled);
    return batch.map((weight, value) -> tf.switchCond(value, applied).outputTrue());
  }

  /** Returns the ops that change the scale after a step. */
  List<Op> updates(Operand<TFloat32> gradientNorm) {
    Operand<TFloat32> one = tf.constant(1f);
    Operand<TFloat32> two = tf.constant(2f);
    Operand<TBool> finite = tf.math.isFinite(gradientNorm);
    Operand<TFloat32> good =
        tf.select(finite, tf.math.add(state.value(GOOD), one), tf.constant(0f));
    Operand<TBool> grows = tf.math.greaterEqual(good, tf.constant((float) GOOD_STEPS));
    Operand<TFloat32> grown = tf.math.minimum(tf.math.mul(scale, two), tf.constant(LARGEST));
    Operand<TFloat32> halved = tf.math.maximum(tf.math.div(scale, two), one);
    Operand<TFloat32> next = tf.select(finite, tf.select(grows, grown, scale), halved);
    return List.of(
        tf.assignVariableOp(state.handle(RELATIVE), tf.math.div(next, tf.constant(FIRST))),
        tf.assignVariableOp(state.handle(GOOD), tf.select(grows, tf.constant(0f), good)));
  }
}
