package org.wideresnet.model.variables;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.wideresnet.model.ForwardPass;
import org.wideresnet.model.Weight;
import org.wideresnet.model.WideResNetConfig;

/** The moving averages of batch normalisation, which inference uses. */
public final class MovingStatistics {
  private MovingStatistics() {}

  /**
   * Adds the ops that move the averages towards the statistics of a batch: {@code momentum} of the
   * old, the rest of the new.
   *
   * @param statistics as {@link ForwardPass#statistics} has them
   * @return the ops, to be run with a training step
   */
  public static List<Op> update(
      Ops tf,
      WideResNetConfig config,
      Variables variables,
      Map<Weight, Operand<TFloat32>> statistics) {
    Operand<TFloat32> rate = tf.constant(1 - config.batchNorm().momentum());
    List<Op> updates = new ArrayList<>();
    statistics.forEach(
        (moving, statistic) -> {
          Operand<TFloat32> difference = tf.math.sub(variables.value(moving), statistic);
          updates.add(
              tf.assignSubVariableOp(variables.handle(moving), tf.math.mul(difference, rate)));
        });
    return updates;
  }
}
