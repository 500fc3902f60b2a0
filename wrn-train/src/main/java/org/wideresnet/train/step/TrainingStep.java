package org.wideresnet.train.step;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.proto.RunMetadata;
import org.tensorflow.proto.RunOptions;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TUint8;
import org.wideresnet.model.Numerics;
import org.wideresnet.model.Precision;
import org.wideresnet.model.Weight;
import org.wideresnet.model.WeightValues;
import org.wideresnet.model.variables.Variables;
import org.wideresnet.train.settings.OptimizerSettings;

/**
 * The ops of one training step: forward pass, cross-entropy and gradients ({@link BatchGradients}),
 * then the updates of weights and moving statistics. One call of {@link #run} is one call of the
 * session; loss and accuracy are those of the forward pass that the gradients come from. Where the
 * batch is computed in parts, {@link SplitBatch} stands between gradients and update.
 */
public final class TrainingStep {
  private final Placeholder<TInt64> step;
  private final Placeholder<TFloat32> learningRate;
  private final SplitBatch parts;
  private final StepValues batch;
  private final Operand<TFloat32> gradientNorm;
  private final Optimizer optimizer;
  private final Optional<LossScale> lossScale;
  private final List<Op> updates = new ArrayList<>();

  /**
   * What a step measured before it changed the weights.
   *
   * @param loss the mean cross-entropy of the batch, without weight decay
   * @param accuracy the share of the batch classified right, in [0, 1]
   * @param gradientNorm the Euclidean norm of the gradient of the loss, over all weights; not
   *     finite in float16 where the step was passed over, see {@link LossScale}
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

    /** Returns whether the loss is scaled: in float16 small gradients would become zero. */
    boolean scalesLoss() {
      return numerics.precision() == Precision.FP16;
    }
  }

  /**
   * Adds the ops of a training step.
   *
   * @param gradients what is computed of the batch, or of each part of it
   * @param variables the variables of the network's weights
   * @param images the images of a batch, uint8 {@code [batch, 32, 32, 3]}; where it is computed in
   *     parts, those that this process has of it in a round
   * @param labels as many, int32
   * @param settings how the step trains
   * @param split the parts of the batch
   */
  public TrainingStep(
      Ops tf,
      BatchGradients gradients,
      Variables variables,
      Operand<TUint8> images,
      Operand<TInt32> labels,
      Settings settings,
      BatchSplit split) {
    step = tf.placeholder(TInt64.class, Placeholder.shape(Shape.scalar()));
    learningRate = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.scalar()));

    lossScale = settings.scalesLoss() ? Optional.of(new LossScale(tf)) : Optional.empty();
    WeightValues inputs =
        weight ->
            weight.equals(LossScale.SCALE)
                ? lossScale.orElseThrow().value()
                : variables.value(weight);

    if (split.parts() == 1) {
      parts = null;
      Operand<TInt64> dropoutSeed = tf.math.add(step, tf.constant(settings.seed() << 32));
      batch = gradients.of(tf, inputs, images, labels, dropoutSeed);
    } else {
      parts = new SplitBatch(tf, gradients, inputs, images, labels, settings.seed(), step, split);
      batch = parts.means();
    }

    gradientNorm = norm(tf, batch.gradients().values());
    optimizer = new Optimizer(tf, settings.optimizer(), variables);
    StepValues applied =
        lossScale.map(scale -> scale.unlessSkipped(batch, gradientNorm)).orElse(batch);
    updates.addAll(optimizer.apply(applied.gradients(), learningRate, step));
    float momentum = gradients.network().config().batchNorm().momentum();
    updates.addAll(variables.moveTowards(tf, applied.statistics(), momentum));
    lossScale.ifPresent(scale -> updates.addAll(scale.updates(gradientNorm)));
  }

  private static Operand<TFloat32> norm(Ops tf, Collection<Operand<TFloat32>> tensors) {
    List<Operand<TFloat32>> halfSquares =
        tensors.stream().<Operand<TFloat32>>map(tensor -> tf.nn.l2Loss(tensor)).toList();
    return tf.math.sqrt(tf.math.mul(tf.math.addN(halfSquares), tf.constant(2f)));
  }

  /**
   * Makes each step move averages of the weights.
   *
   * @param trained the weights that the step trains
   * @param averages as many, which hold the averages
   * @param decay the share of an average that is kept in a step, in (0, 1)
   */
  public WeightAverage average(Ops tf, Variables trained, Variables averages, double decay) {
    WeightAverage average =
        new WeightAverage(tf, trained, averages, decay, step, List.copyOf(updates));
    updates.addAll(average.updates());
    return average;
  }

  /**
   * Runs one step of a process that trains alone.
   *
   * @param stepNumber the number of steps before this one
   * @param rate the learning rate
   */
  public Measured run(Session session, long stepNumber, double rate) {
    return run(session, stepNumber, rate, TrainingStep::alone);
  }

  /**
   * Runs one step.
   *
   * @param stepNumber the number of steps before this one
   * @param rate the learning rate
   * @param sumOverWorkers where several processes share the batch, takes the sums of this one,
   *     float32 {@code [n]}, and returns those of all, which are closed here
   */
  public Measured run(
      Session session, long stepNumber, double rate, UnaryOperator<TFloat32> sumOverWorkers) {
    try (Result result =
        run(session, stepNumber, rate, sumOverWorkers, session.runner(), Session.Runner::run)) {
      return new Measured(
          ((TFloat32) result.get(0)).getFloat(),
          ((TFloat32) result.get(1)).getFloat(),
          ((TFloat32) result.get(2)).getFloat());
    }
  }

  /**
   * Runs one step of a process that trains alone and returns what TensorFlow says of it, or of its
   * last round: the times of the ops, and the graph of each device. That takes longer than {@link
   * #run}.
   */
  public RunMetadata trace(Session session, long stepNumber, double rate) {
    RunOptions options =
        RunOptions.newBuilder()
            .setTraceLevel(RunOptions.TraceLevel.FULL_TRACE)
            .setOutputPartitionGraphs(true)
            .build();
    Session.Runner runner = session.runner().setOptions(options);
    try (Result result =
        run(
            session,
            stepNumber,
            rate,
            TrainingStep::alone,
            runner,
            Session.Runner::runAndFetchMetadata)) {
      return result.getMetadata().orElseThrow();
    }
  }

  private Result run(
      Session session,
      long stepNumber,
      double rate,
      UnaryOperator<TFloat32> sumOverWorkers,
      Session.Runner runner,
      Function<Session.Runner, Result> call) {
    try (TInt64 stepTensor = TInt64.scalarOf(stepNumber);
        TFloat32 rateTensor = TFloat32.scalarOf((float) rate)) {
      runner
          .feed(step, stepTensor)
          .feed(learningRate, rateTensor)
          .fetch(batch.loss())
          .fetch(batch.accuracy())
          .fetch(gradientNorm);
      updates.forEach(runner::addTarget);
      return parts == null
          ? call.apply(runner)
          : parts.run(session, stepTensor, sumOverWorkers, runner, call);
    }
  }

  private static TFloat32 alone(TFloat32 sums) {
    throw new IllegalStateException("The batch is split over several processes.");
  }

  /** Returns the optimiser's own variables, part of {@link #state}. */
  public Variables optimizerSlots() {
    return optimizer.slots();
  }

  /** Returns all variables of its own, which a checkpoint needs in order to go on. */
  public List<Variables> state() {
    return Stream.concat(Stream.of(optimizerSlots()), lossScale.stream().map(LossScale::state))
        .toList();
  }

  /** Returns the mean cross-entropy of the batch, a float32 scalar. */
  public Operand<TFloat32> loss() {
    return batch.loss();
  }

  /** Returns the number of the step that is fed to {@link #loss} and {@link #gradients}. */
  public Placeholder<TInt64> step() {
    return step;
  }

  /** Returns the gradients of the loss, without weight decay, by the trainable weights. */
  public Map<Weight, Operand<TFloat32>> gradients() {
    return batch.gradients();
  }
}
