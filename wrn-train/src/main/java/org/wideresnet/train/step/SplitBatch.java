package org.wideresnet.train.step;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.PlaceholderWithDefault;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TUint8;
import org.wideresnet.model.Weight;
import org.wideresnet.model.WeightValues;

/**
 * The means over a batch that is computed in parts: in towers side by side, in rounds one after the
 * other, and in several processes. Around the session's call that changes the weights come the
 * calls for the earlier rounds, and one for the vector that the processes add up.
 */
final class SplitBatch {
  private final BatchSplit split;
  private final Placeholder<TInt64> step;
  private final PlaceholderWithDefault<TInt64> round;
  private final Accumulator rounds;
  private final FlatVector workers;
  private final StepValues means;

  /**
   * Adds the ops.
   *
   * @param images what this process has of the batch in a round, uint8
   * @param labels as many, int32
   * @param seed decides, with the number of the step and the part, what dropout drops
   * @param step where the number of steps before this one is fed
   */
  SplitBatch(
      Ops tf,
      BatchGradients gradients,
      WeightValues weights,
      Operand<TUint8> images,
      Operand<TInt32> labels,
      long seed,
      Placeholder<TInt64> step,
      BatchSplit split) {
    this.split = split;
    this.step = step;
    round = tf.placeholderWithDefault(tf.constant(0L), Shape.scalar());
    StepValues sums;
    try (GradientFunction function = new GradientFunction(gradients)) {
      sums = sumOfTowers(tf, function, weights, images, labels, firstPart(tf, seed));
    }
    rounds = split.accumulate() == 1 ? null : new Accumulator(tf, sums);
    if (rounds != null) {
      sums = rounds.sums();
    }
    workers = split.worker().count() == 1 ? null : new FlatVector(tf, sums.all());
    if (workers != null) {
      sums = sums.map((weight, own) -> workers.unpacked().get(weight));
    }
    Operand<TFloat32> reciprocal = tf.constant(1f / split.parts());
    means = sums.map((weight, sum) -> tf.math.mul(sum, reciprocal));
  }

  /** Returns the number of the first part of a round and process, counted over all steps. */
  private Operand<TInt64> firstPart(Ops tf, long seed) {
    long towers = split.devices().size();
    return tf.math.add(
        tf.math.mul(step, tf.constant((long) split.parts())),
        tf.math.add(
            tf.math.mul(round, tf.constant(towers * split.worker().count())),
            tf.constant((seed << 32) + towers * split.worker().index())));
  }

  /** Returns the sums over the towers, which share the images of a round. */
  private StepValues sumOfTowers(
      Ops tf,
      GradientFunction function,
      WeightValues weights,
      Operand<TUint8> images,
      Operand<TInt32> labels,
      Operand<TInt64> firstPart) {
    int count = split.devices().size();
    Operand<TInt32> firstAxis = tf.constant(0);
    List<Output<TUint8>> imageParts = tf.split(firstAxis, images, (long) count).output();
    List<Output<TInt32>> labelParts = tf.split(firstAxis, labels, (long) count).output();
    StepValues sums = null;
    for (int tower = 0; tower < count; tower++) {
      StepValues part =
          function.call(
              tf.withDevice(split.devices().get(tower)),
              weights,
              imageParts.get(tower),
              labelParts.get(tower),
              tf.math.add(firstPart, tf.constant((long) tower)));
      sums = sums == null ? part : sum(tf, sums, part);
    }
    return sums;
  }

  private static StepValues sum(Ops tf, StepValues sums, StepValues part) {
    Map<Weight, Operand<TFloat32>> addends = part.all();
    return sums.map((weight, sum) -> tf.math.add(sum, addends.get(weight)));
  }

  /** Returns the means over all parts of the batch. */
  StepValues means() {
    return means;
  }

  /**
   * Runs the earlier rounds, adds up what all processes have, and makes the call that changes the
   * weights.
   *
   * @param sumOverWorkers adds up a vector over all processes; the sum is closed here
   * @param runner the call, but for what is fed here
   */
  Result run(
      Session session,
      TInt64 stepNumber,
      UnaryOperator<TFloat32> sumOverWorkers,
      Session.Runner runner,
      Function<Session.Runner, Result> call) {
    int last = split.accumulate() - 1;
    for (int i = 0; i < last; i++) {
      try (TInt64 number = TInt64.scalarOf(i)) {
        Session.Runner earlier = session.runner().feed(step, stepNumber).feed(round, number);
        rounds.keep(i).forEach(earlier::addTarget);
        earlier.run().close();
      }
    }
    try (TInt64 number = TInt64.scalarOf(last)) {
      if (workers == null) {
        return call.apply(runner.feed(round, number));
      }
      Session.Runner own = session.runner().feed(step, stepNumber).feed(round, number);
      try (Result packed = own.fetch(workers.packed()).run();
          TFloat32 sum = sumOverWorkers.apply((TFloat32) packed.get(0))) {
        return call.apply(runner.feed(workers.reduced(), sum));
      }
    }
  }
}
