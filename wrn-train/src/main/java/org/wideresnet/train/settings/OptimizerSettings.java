package org.wideresnet.train.settings;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/**
 * The optimiser of a recipe. Weight decay is <i>coupled</i>: {@code weightDecay * w} is added to
 * the gradient of every parameter, batch normalisation included, or of the kernels alone, before
 * anything else is computed from it. The loss that is reported does not contain it.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "name")
@JsonSubTypes({
  @JsonSubTypes.Type(value = OptimizerSettings.Sgd.class, name = "sgd"),
  @JsonSubTypes.Type(value = OptimizerSettings.Adam.class, name = "adam")
})
public sealed interface OptimizerSettings {

  /** Returns the factor of the coupled L2 weight decay; 0 for none. */
  double weightDecay();

  /**
   * Returns whether the kernels alone decay, and scales, shifts and the bias do not.
   *
   * @see <a href="https://arxiv.org/abs/1812.01187">He et al., Bag of Tricks, section 3.1</a>
   */
  boolean decayKernelsOnly();

  /**
   * Stochastic gradient descent with momentum as in Torch: {@code v = momentum * v + g; w -=
   * learningRate * v}, with Nesterov {@code w -= learningRate * (g + momentum * v)}.
   *
   * @param momentum the share of the velocity that is kept, in {@code [0, 1)}
   * @param nesterov whether the momentum is Nesterov's
   * @param weightDecay the factor of the coupled L2 weight decay, 0 or more
   * @param decayKernelsOnly whether scales, shifts and the bias do not decay
   * @param clearMomentumOnDrop whether all velocities become 0 before each step at which {@link
   *     LearningRateSchedule#dropsAt} holds, as in the paper's Lua code
   */
  record Sgd(
      double momentum,
      boolean nesterov,
      double weightDecay,
      boolean decayKernelsOnly,
      boolean clearMomentumOnDrop)
      implements OptimizerSettings {

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if a value is out of range
     */
    public Sgd {
      Require.fraction("optimizer.momentum", momentum);
      Require.notNegative("optimizer.weight_decay", weightDecay);
      if (nesterov && momentum == 0) {
        throw new IllegalArgumentException(
            "optimizer.nesterov is true and optimizer.momentum is 0; Nesterov's momentum must be"
                + " positive.");
      }
    }
  }

  /**
   * Adam with bias correction.
   *
   * @param beta1 the share of the first moment that is kept, in {@code [0, 1)}; 0.9 if null
   * @param beta2 the share of the second moment that is kept, in {@code [0, 1)}; 0.999 if null
   * @param epsilon added to the root of the second moment, positive; 1e-7 if null
   * @param weightDecay the factor of the coupled L2 weight decay, 0 or more
   * @param decayKernelsOnly whether scales, shifts and the bias do not decay
   * @see <a href="https://arxiv.org/abs/1412.6980">Kingma and Ba, Adam</a>
   */
  record Adam(
      Double beta1, Double beta2, Double epsilon, double weightDecay, boolean decayKernelsOnly)
      implements OptimizerSettings {

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if a value is out of range
     */
    public Adam {
      beta1 = requireNonNullElse(beta1, 0.9);
      beta2 = requireNonNullElse(beta2, 0.999);
      epsilon = requireNonNullElse(epsilon, 1e-7);
      Require.fraction("optimizer.beta1", beta1);
      Require.fraction("optimizer.beta2", beta2);
      Require.positive("optimizer.epsilon", epsilon);
      Require.notNegative("optimizer.weight_decay", weightDecay);
    }
  }
}
