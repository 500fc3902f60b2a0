package org.wideresnet.train.step;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.PlaceholderWithDefault;
import org.tensorflow.op.core.Split;
import org.tensorflow.proto.RunMetadata;
import org.tensorflow.proto.RunOptions;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TUint8;
import org.wideresnet.model.Normalization;
import org.wideresnet.model.Numerics;
import org.wideresnet.model.WideResNet;
import org.wideresnet.model.variables.MovingStatistics;
import org.wideresnet.model.variables.Variables;
import org.wideresnet.train.cluster.Team;
import org.wideresnet.train.settings.OptimizerSettings;

/**
 * The ops of one training step: forward pass, cross-entropy, gradients, and the updates of weights
 * and moving statistics. One call of {@link #run} is one call of the session, or one for each round
 * of a step that accumulates; loss and accuracy are those of the forward pass that the gradients
 * come from.
 */
public final class TrainingStep {
  private final BatchSplit split;
  private final Placeholder<TInt64> step;
  private final PlaceholderWithDefault<TInt64> round;
  private final Placeholder<TFloat32> learningRate;
  private final Accumulator accumulator;
  private final Team team;
  private final FlatVector vector;
  private final StepValues means;
  private final Operand<TFloat32> gradientNorm;
  private final Optimizer optimizer;
  private final List<Op> updates = new ArrayList<>();

  /**
   * What a step measured before it changed the weights.
   *
   * @param loss the mean cross-entropy of the batch, without weight decay
   * @param accuracy the share of the batch classified right, in [0, 1]
   * @param gradientNorm the Euclidean norm of the gradient of the loss, over all weights
   */
  public record Measured(float loss, float accuracy, float gradientNorm) {}

  /**
   * How a step trains.
   *
   * @param optimizer how gradients change the weights
   * @param labelSmoothing share of the probability spread evenly over all classes, in [0, 1)
   * @param numerics how the ops of the network are computed
   * @param seed decides, with the number of the step, what dropout drops
   */
  public record Settings(
      OptimizerSettings optimizer, double labelSmoothing, Numerics numerics, long seed) {

    /** Returns settings without label smoothing, in float32, with whole convolutions. */
    public static Settings of(OptimizerSettings optimizer, long seed) {
      return new Settings(optimizer, 0, Numerics.FP32, seed);
    }
  }

  /**
   * Adds the ops of a training step.
   *
   * @param variables the variables of the network's weights
   * @param images uint8 {@code [batch, 32, 32, 3]}
   * @param labels int32 {@code [batch]}
   * @param settings how the step trains
   */
  public TrainingStep(
      Ops tf,
      WideResNet network,
      Normalization normalization,
      Variables variables,
      Operand<TUint8> images,
      Operand<TInt32> labels,
      Settings settings) {
    this(
        tf,
        GradientFunction.training(network, normalization, settings),
        variables,
        images,
        labels,
        settings,
        BatchSplit.NONE,
        Team.alone());
  }

  /**
   * Adds the ops of a training step.
   *
   * @param function what is computed of a part of the batch; it is closed
   * @param images what this process has of the batch in a round, uint8
   * @param team the processes that take the step together
   */
  public TrainingStep(
      Ops tf,
      GradientFunction function,
      Variables variables,
      Operand<TUint8> images,
      Operand<TInt32> labels,
      Settings settings,
      BatchSplit split,
      Team team) {
    this.split = split;
    this.team = team;
    step = tf.placeholder(TInt64.class, Placeholder.shape(Shape.scalar()));
    round = tf.placeholderWithDefault(tf.constant(0L), Shape.scalar());
    learningRate = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.scalar()));

    StepValues towers;
    try (function) {
      towers = towers(tf, function, variables, images, labels, settings.seed());
    }
    List<Operand<TFloat32>> sums = towers.values();
    if (split.accumulate() == 1) {
      accumulator = null;
    } else {
      accumulator = new Accumulator(tf, sums, towers.shapes());
      sums = accumulator.plus(sums);
    }
    if (split.worker().count() == 1) {
      vector = null;
    } else {
      vector = new FlatVector(tf, sums, towers.shapes());
      sums = vector.totals();
    }
    means = towers.with(divide(tf, sums, split.parts()));
    gradientNorm = norm(tf, means.gradients());
    optimizer = new Optimizer(tf, settings.optimizer(), variables);
    updates.addAll(optimizer.apply(means.gradients(), learningRate, step));
    updates.addAll(MovingStatistics.update(tf, function.config(), variables, means.statistics()));
  }

  /** Returns the sums over the towers, which share the images of a round. */
  private StepValues towers(
      Ops tf,
      GradientFunction function,
      Variables variables,
      Operand<TUint8> images,
      Operand<TInt32> labels,
      long seed) {
    int count = split.devices().size();
    Operand<TInt32> firstAxis = tf.constant(0);
    Split<TUint8> imageParts = tf.split(firstAxis, images, (long) count);
    Split<TInt32> labelParts = tf.split(firstAxis, labels, (long) count);
    // The number of the first part of this round and process, counted over the whole training.
    Operand<TInt64> firstPart =
        tf.math.add(
            tf.math.mul(step, tf.constant((long) split.parts())),
            tf.math.add(
                tf.math.mul(round, tf.constant((long) count * split.worker().count())),
                tf.constant((seed << 32) + (long) count * split.worker().index())));
    StepValues part = null;
    List<List<Operand<TFloat32>>> values = new ArrayList<>();
    for (int tower = 0; tower < count; tower++) {
      part =
          function.call(
              tf.withDevice(split.devices().get(tower)),
              variables,
              imageParts.output().get(tower),
              labelParts.output().get(tower),
              tf.math.add(firstPart, tf.constant((long) tower)));
      values.add(part.values());
    }
    return part.with(sum(tf, values));
  }

  private static List<Operand<TFloat32>> sum(Ops tf, List<List<Operand<TFloat32>>> addends) {
    List<Operand<TFloat32>> sums = new ArrayList<>(addends.get(0));
    for (List<Operand<TFloat32>> values : addends.subList(1, addends.size())) {
      for (int i = 0; i < sums.size(); i++) {
        sums.set(i, tf.math.add(sums.get(i), values.get(i)));
      }
    }
    return sums;
  }

  private static Operand<TFloat32> norm(Ops tf, List<Operand<TFloat32>> tensors) {
    List<Operand<TFloat32>> halfSquares =
        tensors.stream().<Operand<TFloat32>>map(tensor -> tf.nn.l2Loss(tensor)).toList();
    return tf.math.sqrt(tf.math.mul(tf.math.addN(halfSquares), tf.constant(2f)));
  }

  private static List<Operand<TFloat32>> divide(
      Ops tf, List<Operand<TFloat32>> values, int divisor) {
    Operand<TFloat32> reciprocal = tf.constant(1f / divisor);
    return divisor == 1
        ? values
        : values.stream().<Operand<TFloat32>>map(value -> tf.math.mul(value, reciprocal)).toList();
  }

  /**
   * Runs one step.
   *
   * @param stepNumber the number of steps before this one
   * @param rate the learning rate
   */
  public Measured run(Session session, long stepNumber, double rate) {
    try (Result result = run(session, stepNumber, rate, session.runner(), Session.Runner::run)) {
      return new Measured(
          ((TFloat32) result.get(0)).getFloat(),
          ((TFloat32) result.get(1)).getFloat(),
          ((TFloat32) result.get(2)).getFloat());
    }
  }

  /**
   * Runs one step and returns what TensorFlow says of it, or of its last round; that takes longer
   * than {@link #run}.
   */
  public RunMetadata trace(Session session, long stepNumber, double rate) {
    RunOptions options =
        RunOptions.newBuilder().setTraceLevel(RunOptions.TraceLevel.FULL_TRACE).build();
    Session.Runner runner = session.runner().setOptions(options);
    try (Result result =
        run(session, stepNumber, rate, runner, Session.Runner::runAndFetchMetadata)) {
      return result.getMetadata().orElseThrow();
    }
  }

  private Result run(
      Session session,
      long stepNumber,
      double rate,
      Session.Runner runner,
      Function<Session.Runner, Result> call) {
    int last = split.accumulate() - 1;
    try (TInt64 stepTensor = TInt64.scalarOf(stepNumber);
        TInt64 lastRound = TInt64.scalarOf(last);
        TFloat32 rateTensor = TFloat32.scalarOf((float) rate)) {
      for (int i = 0; i < last; i++) {
        keepRound(session, stepTensor, i);
      }
      runner
          .feed(step, stepTensor)
          .feed(learningRate, rateTensor)
          .fetch(means.loss())
          .fetch(means.accuracy())
          .fetch(gradientNorm);
      updates.forEach(runner::addTarget);
      if (vector == null) {
        return call.apply(runner.feed(round, lastRound));
      }
      try (TFloat32 total = total(session, stepTensor, lastRound)) {
        return call.apply(runner.feed(vector.total(), total));
      }
    }
  }

  /** Computes what this process has of the batch, and adds up what all have. */
  private TFloat32 total(Session session, TInt64 stepTensor, TInt64 roundTensor) {
    try (Result result =
        session
            .runner()
            .feed(step, stepTensor)
            .feed(round, roundTensor)
            .fetch(vector.joined())
            .run()) {
      return team.sum((TFloat32) result.get(0));
    }
  }

  private void keepRound(Session session, TInt64 stepTensor, int number) {
    try (TInt64 roundTensor = TInt64.scalarOf(number)) {
      Session.Runner runner = session.runner().feed(step, stepTensor).feed(round, roundTensor);
      accumulator.keep(number).forEach(runner::addTarget);
      runner.run().close();
    }
  }

  /** Returns the optimiser's own variables, which a checkpoint needs in order to go on. */
  public Variables optimizerSlots() {
    return optimizer.slots();
  }

  /** Returns the mean cross-entropy of the batch, a float32 scalar. */
  public Operand<TFloat32> loss() {
    return means.loss();
  }

  /** Returns the number of the step that is fed to {@link #loss} and {@link #gradients}. */
  public Placeholder<TInt64> step() {
    return step;
  }

  /** Returns the gradients of the loss, without weight decay, by {@link Variables#trainable}. */
  public List<Operand<TFloat32>> gradients() {
    return means.gradients();
  }
}
