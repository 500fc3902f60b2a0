package org.wideresnet.train.step;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.tensorflow.DeviceSpec;
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
import org.wideresnet.model.WeightValues;

/**
 * The means over a batch that is computed in parts: in towers side by side, in rounds one after the
 * other, and in several processes. Around the session's call that changes the weights come the
 * calls for the earlier rounds, and one for the vector that the processes add up.
 */
final class SplitBatch {
  /** Where batches come from, and are taken apart: each tower gets its images from there. */
  private static final DeviceSpec HOST =
      DeviceSpec.newBuilder().deviceType(DeviceSpec.DeviceType.CPU).deviceIndex(0).build();

  private final BatchSplit split;
  private final Placeholder<TInt64> step;
  private final PlaceholderWithDefault<TInt64> round;
  private final Accumulator rounds;
  private final Operand<TFloat32> own;
  private final Placeholder<TFloat32> ofWorkers;
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
    Ops host = tf.withDevice(HOST);
    round = host.placeholderWithDefault(host.constant(0L), Shape.scalar());
    try (GradientFunction function = new GradientFunction(gradients)) {
      Operand<TFloat32> towers =
          sumOfTowers(tf, host, function, weights, images, labels, firstPart(host, seed));
      rounds =
          split.accumulate() == 1 ? null : new Accumulator(tf, towers, function.values().shape());
      own = rounds == null ? towers : rounds.sum();
      ofWorkers = split.worker().count() == 1 ? null : function.values().placeholder(tf);
      Operand<TFloat32> sum = ofWorkers == null ? own : ofWorkers;
      means = function.unpack(tf, tf.math.mul(sum, tf.constant(1f / split.parts())));
    }
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

  /** Returns the sum over the towers, which share the images of a round. */
  private Operand<TFloat32> sumOfTowers(
      Ops tf,
      Ops host,
      GradientFunction function,
      WeightValues weights,
      Operand<TUint8> images,
      Operand<TInt32> labels,
      Operand<TInt64> firstPart) {
    int count = split.devices().size();
    Operand<TInt32> firstAxis = host.constant(0);
    List<Output<TUint8>> imageParts = host.split(firstAxis, images, (long) count).output();
    List<Output<TInt32>> labelParts = host.split(firstAxis, labels, (long) count).output();
    Operand<TFloat32> packed = function.pack(tf, weights);
    List<Operand<TFloat32>> addends = new ArrayList<>();
    for (int tower = 0; tower < count; tower++) {
      addends.add(
          function.call(
              tf.withDevice(split.devices().get(tower)),
              packed,
              imageParts.get(tower),
              labelParts.get(tower),
              host.math.add(firstPart, host.constant((long) tower))));
    }
    return count == 1 ? addends.get(0) : tf.math.addN(addends);
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
        earlier.addTarget(rounds.keep(i)).run().close();
      }
    }
    try (TInt64 number = TInt64.scalarOf(last)) {
      if (ofWorkers == null) {
        return call.apply(runner.feed(round, number));
      }
      Session.Runner earlier = session.runner().feed(step, stepNumber).feed(round, number);
      try (Result packed = earlier.fetch(own).run();
          TFloat32 sum = sumOverWorkers.apply((TFloat32) packed.get(0))) {
        return call.apply(runner.feed(ofWorkers, sum));
      }
    }
  }
}
