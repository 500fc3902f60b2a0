package org.wideresnet.train.cluster;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.wideresnet.model.Weight;
import org.wideresnet.model.variables.Variables;
import org.wideresnet.train.step.FlatVector;

/** Gives all processes of a training the weights of the chief and the state of its step. */
public final class Broadcast {
  private final Placeholder<TFloat32> factor;
  private final Operand<TFloat32> own;
  private final Placeholder<TFloat32> sum;
  private final List<Op> assignments = new ArrayList<>();

  /**
   * Adds the ops.
   *
   * @param groups the variables to broadcast, which have different names
   */
  public Broadcast(Ops tf, List<Variables> groups) {
    factor = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.scalar()));
    Map<Weight, Operand<TFloat32>> values = new LinkedHashMap<>();
    for (Variables variables : groups) {
      for (Weight weight : variables.weights()) {
        values.put(weight, tf.math.mul(variables.value(weight), factor));
      }
    }
    FlatVector vector = new FlatVector(List.copyOf(values.keySet()));
    own = vector.pack(tf, values::get);
    sum = vector.placeholder(tf);
    Map<Weight, Operand<TFloat32>> parts = vector.unpack(tf, sum);
    for (Variables variables : groups) {
      for (Weight weight : variables.weights()) {
        assignments.add(tf.assignVariableOp(variables.handle(weight), parts.get(weight)));
      }
    }
  }

  /** Adds up the chief's values and the others' times zero; the others take the sum. */
  public void run(Session session, Team team) {
    try (TFloat32 factorTensor = TFloat32.scalarOf(team.isChief() ? 1 : 0);
        Result addend = session.runner().feed(factor, factorTensor).fetch(own).run();
        TFloat32 total = team.sum((TFloat32) addend.get(0))) {
      if (!team.isChief()) {
        Session.Runner runner = session.runner().feed(sum, total);
        assignments.forEach(runner::addTarget);
        runner.run().close();
      }
    }
  }
}
