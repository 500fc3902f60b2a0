package org.wideresnet.train.step;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.framework.losses.CategoricalCrossentropy;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TUint8;
import org.wideresnet.model.ForwardPass;
import org.wideresnet.model.Normalization;
import org.wideresnet.model.Weight;
import org.wideresnet.model.WeightValues;
import org.wideresnet.model.WideResNet;

/** Forward pass, cross-entropy and its gradients, of the images of a batch or of a part of one. */
public final class BatchGradients {

  /** Adds the network to a graph; the images are normalised, {@code [batch, 32, 32, 3]}. */
  @FunctionalInterface
  interface Forward {
    ForwardPass pass(
        Ops tf, WeightValues weights, Operand<TFloat32> images, Operand<TInt64> dropoutSeed);
  }

  private final WideResNet network;
  private final Normalization normalization;
  private final double labelSmoothing;
  private final boolean scalesLoss;
  private final Forward forward;

  /**
   * Says what is computed.
   *
   * @param labelSmoothing share of the probability spread evenly over all classes, in [0, 1)
   */
  BatchGradients(
      WideResNet network, Normalization normalization, double labelSmoothing, Forward forward) {
    this(network, normalization, labelSmoothing, false, forward);
  }

  /**
   * As the other constructor.
   *
   * @param scalesLoss whether gradients are computed of the loss times {@link LossScale#SCALE}
   */
  BatchGradients(
      WideResNet network,
      Normalization normalization,
      double labelSmoothing,
      boolean scalesLoss,
      Forward forward) {
    this.network = network;
    this.normalization = normalization;
    this.labelSmoothing = labelSmoothing;
    this.scalesLoss = scalesLoss;
    this.forward = forward;
  }

  /** Returns the gradients of a network in training mode: batch statistics, and dropout. */
  public static BatchGradients training(
      WideResNet network, Normalization normalization, TrainingStep.Settings settings) {
    return new BatchGradients(
        network,
        normalization,
        settings.labelSmoothing(),
        settings.scalesLoss(),
        (tf, weights, images, dropoutSeed) ->
            ForwardPass.training(tf, network, weights, images, dropoutSeed, settings.numerics()));
  }

  /** Returns the network. */
  WideResNet network() {
    return network;
  }

  /** Returns what {@link #of} reads: the network's weights and, if it is used, the scale. */
  List<Weight> inputs() {
    List<Weight> inputs = new ArrayList<>(network.weights());
    if (scalesLoss) {
      inputs.add(LossScale.SCALE);
    }
    return inputs;
  }

  /**
   * Adds the ops to a graph.
   *
   * @param weights the values of {@link #inputs}
   * @param images uint8 {@code [batch, 32, 32, 3]}
   * @param labels int32 {@code [batch]}
   * @param dropoutSeed int64 scalar, another one for each part of each step
   */
  StepValues of(
      Ops tf,
      WeightValues weights,
      Operand<TUint8> images,
      Operand<TInt32> labels,
      Operand<TInt64> dropoutSeed) {
    Operand<TFloat32> pixels = normalization.apply(tf, images);
    ForwardPass pass = forward.pass(tf, weights, pixels, dropoutSeed);
    Operand<TFloat32> loss = crossEntropy(tf, pass.logits(), labels);
    return new StepValues(
        gradients(tf, loss, weights), pass.statistics(), loss, accuracy(tf, pass.logits(), labels));
  }

  private Operand<TFloat32> crossEntropy(Ops tf, Operand<TFloat32> logits, Operand<TInt32> labels) {
    Operand<TFloat32> oneHot =
        tf.oneHot(
            labels, tf.constant(network.config().classes()), tf.constant(1f), tf.constant(0f));
    return new CategoricalCrossentropy(true, (float) labelSmoothing).call(tf, oneHot, logits, null);
  }

  private Map<Weight, Operand<TFloat32>> gradients(
      Ops tf, Operand<TFloat32> loss, WeightValues weights) {
    List<Weight> trainable = network.weights().stream().filter(Weight::trainable).toList();
    List<? extends Operand<?>> derivatives =
        tf.gradients(
                List.of(scalesLoss ? tf.math.mul(loss, weights.value(LossScale.SCALE)) : loss),
                trainable.stream().map(weights::value).toList())
            .dy();
    Map<Weight, Operand<TFloat32>> gradients = new LinkedHashMap<>();
    for (int i = 0; i < trainable.size(); i++) {
      Operand<TFloat32> gradient = derivatives.get(i).asOutput().expect(TFloat32.class);
      gradients.put(
          trainable.get(i),
          scalesLoss ? tf.math.div(gradient, weights.value(LossScale.SCALE)) : gradient);
    }
    return gradients;
  }

  private static Operand<TFloat32> accuracy(
      Ops tf, Operand<TFloat32> logits, Operand<TInt32> labels) {
    Operand<TInt32> predicted = tf.math.argMax(logits, tf.constant(1), TInt32.class);
    Operand<TFloat32> right = tf.dtypes.cast(tf.math.equal(predicted, labels), TFloat32.class);
    return tf.math.mean(right, tf.constant(0));
  }
}
