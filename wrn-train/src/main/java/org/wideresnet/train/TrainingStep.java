package org.wideresnet.train;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.framework.losses.CategoricalCrossentropy;
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
import org.wideresnet.model.ForwardPass;
import org.wideresnet.model.Normalization;
import org.wideresnet.model.Precision;
import org.wideresnet.model.Variables;
import org.wideresnet.model.WideResNet;

/**
 * The ops of one training step: forward pass, cross-entropy, gradients, and the updates of weights
 * and moving statistics. One call of {@link #run} is one call of the session; loss and accuracy are
 * those of the forward pass that the gradients come from.
 */
public final class TrainingStep {
  private final Placeholder<TInt64> step;
  private final Placeholder<TFloat32> learningRate;
  private final Operand<TFloat32> loss;
  private final Operand<TFloat32> accuracy;
  private final List<Operand<TFloat32>> gradients;
  private final Optimizer optimizer;
  private final List<Op> updates = new ArrayList<>();

  /**
   * What a step measured before it changed the weights.
   *
   * @param loss the mean cross-entropy of the batch, without weight decay
   * @param accuracy the share of the batch classified right, in [0, 1]
   */
  public record Measured(float loss, float accuracy) {}

  /**
   * How a step trains.
   *
   * @param optimizer how gradients change the weights
   * @param labelSmoothing share of the probability spread evenly over all classes, in [0, 1)
   * @param precision the number format of the convolutions
   * @param seed decides, with the number of the step, what dropout drops
   */
  public record Settings(
      OptimizerSettings optimizer, double labelSmoothing, Precision precision, long seed) {

    /** Returns settings without label smoothing, in float32. */
    public static Settings of(OptimizerSettings optimizer, long seed) {
      return new Settings(optimizer, 0, Precision.FP32, seed);
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
    step = tf.placeholder(TInt64.class, Placeholder.shape(Shape.scalar()));
    learningRate = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.scalar()));

    Operand<TFloat32> pixels = normalization.apply(tf, images);
    ForwardPass forward =
        ForwardPass.training(
            tf,
            network,
            variables,
            network.config().dataFormat().fromChannelsLast(tf, pixels),
            tf.math.add(step, tf.constant(settings.seed() << 32)),
            settings.precision());

    Operand<TFloat32> oneHot =
        tf.oneHot(
            labels, tf.constant(network.config().classes()), tf.constant(1f), tf.constant(0f));
    loss =
        new CategoricalCrossentropy(true, (float) settings.labelSmoothing())
            .call(tf, oneHot, forward.logits(), null);
    accuracy = accuracy(tf, forward.logits(), labels);

    List<Operand<TFloat32>> values = variables.trainable().stream().map(variables::value).toList();
    gradients = new ArrayList<>();
    for (Operand<?> gradient : tf.gradients(List.of(loss), values)) {
      gradients.add(gradient.asOutput().expect(TFloat32.class));
    }
    optimizer = new Optimizer(tf, settings.optimizer(), variables);
    updates.addAll(optimizer.apply(gradients, learningRate, step));
    updates.addAll(forward.updates());
  }

  /**
   * Runs one step.
   *
   * @param stepNumber the number of steps before this one
   * @param rate the learning rate
   */
  public Measured run(Session session, long stepNumber, double rate) {
    try (Result result = run(session.runner(), stepNumber, rate, Session.Runner::run)) {
      return new Measured(
          ((TFloat32) result.get(0)).getFloat(), ((TFloat32) result.get(1)).getFloat());
    }
  }

  /** Runs one step and returns what TensorFlow says of it; that takes longer than {@link #run}. */
  RunMetadata trace(Session session, long stepNumber, double rate) {
    RunOptions options =
        RunOptions.newBuilder().setTraceLevel(RunOptions.TraceLevel.FULL_TRACE).build();
    Session.Runner runner = session.runner().setOptions(options);
    try (Result result = run(runner, stepNumber, rate, Session.Runner::runAndFetchMetadata)) {
      return result.getMetadata().orElseThrow();
    }
  }

  private Result run(
      Session.Runner runner, long stepNumber, double rate, Function<Session.Runner, Result> call) {
    try (TInt64 stepTensor = TInt64.scalarOf(stepNumber);
        TFloat32 rateTensor = TFloat32.scalarOf((float) rate)) {
      runner.feed(step, stepTensor).feed(learningRate, rateTensor).fetch(loss).fetch(accuracy);
      updates.forEach(runner::addTarget);
      return call.apply(runner);
    }
  }

  /** Returns the optimiser's own variables, which a checkpoint needs in order to go on. */
  public Variables optimizerSlots() {
    return optimizer.slots();
  }

  /** Returns the mean cross-entropy of the batch, a float32 scalar. */
  public Operand<TFloat32> loss() {
    return loss;
  }

  /** Returns the number of the step that is fed to {@link #loss} and {@link #gradients}. */
  public Placeholder<TInt64> step() {
    return step;
  }

  /** Returns the gradients of the loss, without weight decay, by {@link Variables#trainable}. */
  public List<Operand<TFloat32>> gradients() {
    return List.copyOf(gradients);
  }

  private static Operand<TFloat32> accuracy(
      Ops tf, Operand<TFloat32> logits, Operand<TInt32> labels) {
    Operand<TInt32> predicted = tf.math.argMax(logits, tf.constant(1), TInt32.class);
    Operand<TFloat32> right = tf.dtypes.cast(tf.math.equal(predicted, labels), TFloat32.class);
    return tf.math.mean(right, tf.constant(0));
  }
}
