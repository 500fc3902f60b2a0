package org.wideresnet.train.settings;

/**
 * The optimiser of a recipe. Weight decay is <i>coupled</i>: {@code weightDecay * w} is added to
 * the gradient of every parameter, batch normalisation included, before anything else is computed
 * from it. The loss that is reported does not contain it.
 */
public sealed interface OptimizerSettings {

  /** Returns the factor of the coupled L2 weight decay; 0 for none. */
  double weightDecay();

  /**
   * Stochastic gradient descent with momentum as in Torch: {@code v = momentum * v + g; w -=
   * learningRate * v}, with Nesterov {@code w -= learningRate * (g + momentum * v)}.
   *
   * @param momentum the share of the velocity that is kept, in {@code [0, 1)}
   * @param nesterov whether the momentum is Nesterov's
   * @param weightDecay the factor of the coupled L2 weight decay, 0 or more
   * @param clearMomentumOnDrop whether all velocities become 0 before each step at which {@link
   *     LearningRateSchedule#dropsAt} holds, as in the paper's Lua code
   */
  record Sgd(double momentum, boolean nesterov, double weightDecay, boolean clearMomentumOnDrop)
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
   * @param beta1 the share of the first moment that is kept, in {@code [0, 1)}
   * @param beta2 the share of the second moment that is kept, in {@code [0, 1)}
   * @param epsilon added to the root of the second moment, positive
   * @param weightDecay the factor of the coupled L2 weight decay, 0 or more
   * @see <a href="https://arxiv.org/abs/1412.6980">Kingma and Ba, Adam</a>
   */
  record Adam(double beta1, double beta2, double epsilon, double weightDecay)
      implements OptimizerSettings {

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if a value is out of range
     */
    public Adam {
      Require.fraction("optimizer.beta1", beta1);
      Require.fraction("optimizer.beta2", beta2);
      Require.positive("optimizer.epsilon", epsilon);
      Require.notNegative("optimizer.weight_decay", weightDecay);
    }
  }
}
