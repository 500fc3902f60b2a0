package org.wideresnet.train.cluster;

import java.util.ArrayList;
import java.util.List;
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

/** Gives all processes of a training the weights and the optimiser's slots of the chief. */
public final class SharedState {
  private final Placeholder<TFloat32> factor;
  private final FlatVector vector;
  private final List<Op> assignments = new ArrayList<>();

  public SharedState(Ops tf, Variables... groups) {
    factor = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.scalar()));
    List<Operand<TFloat32>> values = new ArrayList<>();
    List<Shape> shapes = new ArrayList<>();
    for (Variables variables : groups) {
      for (Weight weight : variables.weights()) {
        values.add(tf.math.mul(variables.value(weight), factor));
        shapes.add(weight.shape());
      }
    }
    vector = new FlatVector(tf, values, shapes);
    int i = 0;
    for (Variables variables : groups) {
      for (Weight weight : variables.weights()) {
        assignments.add(tf.assignVariableOp(variables.handle(weight), vector.totals().get(i++)));
      }
    }
  }

  /** Adds up the chief's values and the others' times zero; the others take the sum. */
  public void share(Session session, Team team) {
    try (TFloat32 factorTensor = TFloat32.scalarOf(team.isChief() ? 1 : 0);
        Result own = session.runner().feed(factor, factorTensor).fetch(vector.joined()).run();
        TFloat32 total = team.sum((TFloat32) own.get(0))) {
      if (!team.isChief()) {
        Session.Runner runner = session.runner().feed(vector.total(), total);
        assignments.forEach(runner::addTarget);
        runner.run().close();
      }
    }
  }
}
