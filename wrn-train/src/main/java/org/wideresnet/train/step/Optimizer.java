package org.wideresnet.train.step;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.train.ResourceApplyMomentum;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;
import org.wideresnet.model.Initializer;
import org.wideresnet.model.Weight;
import org.wideresnet.model.variables.Variables;
import org.wideresnet.train.settings.OptimizerSettings;

/**
 * The ops that change the trainable variables by their gradients. The learning rate is an operand,
 * so that it can follow a schedule; the optimisers of tensorflow-framework hold it fixed, and they
 * do not know resource variables.
 */
final class Optimizer {
  private final Ops tf;
  private final OptimizerSettings settings;
  private final Variables variables;
  private final Variables slots;

  /** Adds the optimiser's slots to the graph, all zeros. */
  Optimizer(Ops tf, OptimizerSettings settings, Variables variables) {
    this.tf = tf;
    this.settings = settings;
    this.variables = variables;
    List<Weight> weights = new ArrayList<>();
    for (Weight weight : variables.trainable()) {
      for (String suffix : slotNames(settings)) {
        weights.add(slot(weight, suffix));
      }
    }
    slots = new Variables(tf, weights, 0);
  }

  /** Returns the optimiser's own variables, which a checkpoint needs in order to go on. */
  Variables slots() {
    return slots;
  }

  /**
   * Adds the ops of one step.
   *
   * @param gradients of the loss, by the trainable weights
   * @param learningRate float32 scalar
   * @param step int64 scalar, the number of steps before this one
   */
  List<Op> apply(
      Map<Weight, Operand<TFloat32>> gradients,
      Operand<TFloat32> learningRate,
      Operand<TInt64> step) {
    List<Op> updates = new ArrayList<>();
    gradients.forEach(
        (weight, gradient) -> {
          Operand<TFloat32> decayed = decays(weight) ? withDecay(gradient, weight) : gradient;
          if (settings instanceof OptimizerSettings.Sgd sgd) {
            updates.add(momentum(sgd, weight, decayed, learningRate));
          } else if (settings instanceof OptimizerSettings.Adam adam) {
            updates.add(adam(adam, weight, decayed, learningRate, step));
          }
        });
    return updates;
  }

  /**
   * Coupled weight decay: the gradient of {@code decay / 2 * |w|^2}, added before momentum (the
   * paper's Lua code, Torch's {@code weightDecay}).
   */
  private Operand<TFloat32> withDecay(Operand<TFloat32> gradient, Weight weight) {
    Operand<TFloat32> decay = tf.constant((float) settings.weightDecay());
    return tf.math.add(gradient, tf.math.mul(variables.value(weight), decay));
  }

  /** Kernels have two or four dimensions; scales, shifts and the bias have one. */
  private boolean decays(Weight weight) {
    return settings.weightDecay() > 0
        && !(settings.decayKernelsOnly() && weight.shape().numDimensions() == 1);
  }

  /**
   * {@code v = m * v + g; w -= lr * (g + m * v)} with Nesterov, {@code w -= lr * v} without: the
   * form of Torch, with the learning rate outside the velocity.
   */
  private Op momentum(
      OptimizerSettings.Sgd sgd,
      Weight weight,
      Operand<TFloat32> gradient,
      Operand<TFloat32> learningRate) {
    return tf.train.resourceApplyMomentum(
        variables.handle(weight),
        slots.handle(slot(weight, "momentum")),
        learningRate,
        gradient,
        tf.constant((float) sgd.momentum()),
        ResourceApplyMomentum.useNesterov(sgd.nesterov()));
  }

  /** Adam (Kingma and Ba 2015) with both moments bias-corrected, as in Keras. */
  private Op adam(
      OptimizerSettings.Adam adam,
      Weight weight,
      Operand<TFloat32> gradient,
      Operand<TFloat32> learningRate,
      Operand<TInt64> step) {
    Operand<TFloat32> steps = tf.math.add(tf.dtypes.cast(step, TFloat32.class), tf.constant(1f));
    Operand<TFloat32> beta1 = tf.constant(adam.beta1().floatValue());
    Operand<TFloat32> beta2 = tf.constant(adam.beta2().floatValue());
    return tf.train.resourceApplyAdam(
        variables.handle(weight),
        slots.handle(slot(weight, "m")),
        slots.handle(slot(weight, "v")),
        tf.math.pow(beta1, steps),
        tf.math.pow(beta2, steps),
        learningRate,
        beta1,
        beta2,
        tf.constant(adam.epsilon().floatValue()),
        gradient);
  }

  private static List<String> slotNames(OptimizerSettings settings) {
    return settings instanceof OptimizerSettings.Adam ? List.of("m", "v") : List.of("momentum");
  }

  private static Weight slot(Weight weight, String suffix) {
    return new Weight(weight.name() + "/" + suffix, weight.shape(), Initializer.ZEROS, false);
  }
}
