package org.wideresnet.train.step;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.ConcreteFunction;
import org.tensorflow.Operand;
import org.tensorflow.Signature;
import org.tensorflow.framework.losses.CategoricalCrossentropy;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TUint8;
import org.wideresnet.model.ForwardPass;
import org.wideresnet.model.Normalization;
import org.wideresnet.model.Weight;
import org.wideresnet.model.WeightValues;
import org.wideresnet.model.WideResNet;
import org.wideresnet.model.WideResNetConfig;

/**
 * What is computed of a part of a batch: the forward pass, the cross-entropy and its gradients. It
 * is a function of TensorFlow, called once for each part, because the ops inside it follow the
 * device of the call; the ops that TensorFlow adds for gradients could not be put anywhere
 * otherwise.
 */
public final class GradientFunction implements AutoCloseable {
  private static final String GRADIENT = "gradient";
  private static final String STATISTIC = "statistic";

  /** Adds the network to the graph of the function. */
  @FunctionalInterface
  interface Forward {
    ForwardPass pass(
        Ops tf, WeightValues weights, Operand<TFloat32> images, Operand<TInt64> dropoutSeed);
  }

  private final WideResNet network;
  private final List<Weight> trainable;
  private final List<Weight> moving = new ArrayList<>();
  private final ConcreteFunction function;

  /**
   * Builds the function.
   *
   * @param labelSmoothing share of the probability spread evenly over all classes, in [0, 1)
   */
  GradientFunction(
      WideResNet network, Normalization normalization, double labelSmoothing, Forward forward) {
    this.network = network;
    trainable = network.weights().stream().filter(Weight::trainable).toList();
    function =
        ConcreteFunction.create(tf -> build(tf, normalization, (float) labelSmoothing, forward));
  }

  /** Returns the function of the network as it is trained. */
  public static GradientFunction training(
      WideResNet network, Normalization normalization, TrainingStep.Settings settings) {
    return new GradientFunction(
        network,
        normalization,
        settings.labelSmoothing(),
        (tf, weights, images, dropoutSeed) ->
            ForwardPass.training(tf, network, weights, images, dropoutSeed, settings.numerics()));
  }

  private Signature build(
      Ops tf, Normalization normalization, float labelSmoothing, Forward forward) {
    Placeholder<TUint8> images =
        tf.placeholder(TUint8.class, Placeholder.shape(Shape.of(-1, 32, 32, 3)));
    Placeholder<TInt32> labels = tf.placeholder(TInt32.class, Placeholder.shape(Shape.of(-1)));
    Placeholder<TInt64> dropoutSeed =
        tf.placeholder(TInt64.class, Placeholder.shape(Shape.scalar()));
    Signature.Builder signature =
        Signature.builder("part_of_a_batch")
            .input("images", images)
            .input("labels", labels)
            .input("dropout_seed", dropoutSeed);
    Map<Weight, Operand<TFloat32>> weights = new LinkedHashMap<>();
    for (Weight weight : network.weights()) {
      Placeholder<TFloat32> value =
          tf.placeholder(TFloat32.class, Placeholder.shape(weight.shape()));
      signature.input(input(weight), value);
      weights.put(weight, value);
    }

    Operand<TFloat32> pixels = normalization.apply(tf, images);
    ForwardPass pass =
        forward.pass(
            tf,
            weights::get,
            network.config().dataFormat().fromChannelsLast(tf, pixels),
            dropoutSeed);
    Operand<TFloat32> oneHot =
        tf.oneHot(
            labels, tf.constant(network.config().classes()), tf.constant(1f), tf.constant(0f));
    Operand<TFloat32> loss =
        new CategoricalCrossentropy(true, labelSmoothing).call(tf, oneHot, pass.logits(), null);

    int i = 0;
    for (Operand<?> gradient :
        tf.gradients(List.of(loss), trainable.stream().map(weights::get).toList())) {
      signature.output(GRADIENT + i++, gradient);
    }
    for (Map.Entry<Weight, Operand<TFloat32>> statistic : pass.statistics().entrySet()) {
      signature.output(STATISTIC + moving.size(), statistic.getValue());
      moving.add(statistic.getKey());
    }
    return signature
        .output("loss", loss)
        .output("accuracy", accuracy(tf, pass.logits(), labels))
        .build();
  }

  /** Returns the configuration of the network. */
  WideResNetConfig config() {
    return network.config();
  }

  /**
   * Adds a call of the function.
   *
   * @param tf where the call goes, and all that is in the function with it
   * @param images uint8 {@code [part, 32, 32, 3]}
   * @param labels int32 {@code [part]}
   * @param dropoutSeed int64 scalar, another one for each part of each step
   */
  StepValues call(
      Ops tf,
      WeightValues weights,
      Operand<TUint8> images,
      Operand<TInt32> labels,
      Operand<TInt64> dropoutSeed) {
    Map<String, Operand<?>> inputs = new LinkedHashMap<>();
    inputs.put("images", images);
    inputs.put("labels", labels);
    inputs.put("dropout_seed", dropoutSeed);
    network.weights().forEach(weight -> inputs.put(input(weight), weights.value(weight)));
    Map<String, Operand<?>> outputs = tf.call(function, inputs);
    List<Operand<TFloat32>> values = new ArrayList<>();
    for (int i = 0; i < trainable.size(); i++) {
      values.add(float32(outputs.get(GRADIENT + i)));
    }
    for (int i = 0; i < moving.size(); i++) {
      values.add(float32(outputs.get(STATISTIC + i)));
    }
    values.add(float32(outputs.get("loss")));
    values.add(float32(outputs.get("accuracy")));
    return new StepValues(trainable, moving, values);
  }

  private static Operand<TFloat32> float32(Operand<?> operand) {
    return operand.asOutput().expect(TFloat32.class);
  }

  /** TensorFlow takes no slash in such a name. */
  private static String input(Weight weight) {
    return weight.name().replace('/', '_');
  }

  private static Operand<TFloat32> accuracy(
      Ops tf, Operand<TFloat32> logits, Operand<TInt32> labels) {
    Operand<TInt32> predicted = tf.math.argMax(logits, tf.constant(1), TInt32.class);
    Operand<TFloat32> right = tf.dtypes.cast(tf.math.equal(predicted, labels), TFloat32.class);
    return tf.math.mean(right, tf.constant(0));
  }

  @Override
  public void close() {
    function.close();
  }
}
