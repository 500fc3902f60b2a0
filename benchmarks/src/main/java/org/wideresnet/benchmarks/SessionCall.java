package org.wideresnet.benchmarks;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.TearDown;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;

/**
 * What a session call costs without any work in it: two scalars go in and two come out, as in a
 * training step.
 */
public class SessionCall extends Timed {
  private final Graph graph = new Graph();
  private final Session session;
  private final Placeholder<TInt64> step;
  private final Placeholder<TFloat32> learningRate;
  private final Operand<TInt64> nextStep;
  private final Operand<TFloat32> nextRate;

  /** Builds the graph. */
  public SessionCall() {
    Ops tf = Ops.create(graph);
    step = tf.placeholder(TInt64.class, Placeholder.shape(Shape.scalar()));
    learningRate = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.scalar()));
    nextStep = tf.identity(step);
    nextRate = tf.identity(learningRate);
    session = new Session(graph);
  }

  /** Makes the tensors, calls, reads the results and closes all. */
  @Benchmark
  public float scalarsInAndOut() {
    try (TInt64 stepTensor = TInt64.scalarOf(1);
        TFloat32 rateTensor = TFloat32.scalarOf(0.1f);
        Result result =
            session
                .runner()
                .feed(step, stepTensor)
                .feed(learningRate, rateTensor)
                .fetch(nextStep)
                .fetch(nextRate)
                .run()) {
      return ((TInt64) result.get(0)).getLong() + ((TFloat32) result.get(1)).getFloat();
    }
  }

  /** Frees the session. */
  @TearDown
  public void close() {
    session.close();
    graph.close();
  }
}
