package org.wideresnet.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.nn.FusedBatchNorm;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TNumber;

/**
 * The ops that compute a {@link WideResNet}: once for training (batch statistics, dropout, updates
 * of the moving statistics), once for inference. Images in channels-first layout are transposed at
 * the entrance; everything else is computed as {@code [batch, height, width, channels]}, the layout
 * that TensorFlow's CPU kernels are made for.
 */
public final class ForwardPass {
  static final int POOL_SIZE = 8;

  private final Ops tf;
  private final WideResNet network;
  private final WeightValues weights;
  private final Operand<TInt64> dropoutSeed;
  private final Precision precision;
  private final Map<String, Operand<TFloat32>> outputs = new LinkedHashMap<>();
  private final Map<Weight, Operand<TFloat32>> statistics = new LinkedHashMap<>();

  private ForwardPass(
      Ops tf,
      WideResNet network,
      WeightValues weights,
      Operand<TInt64> dropoutSeed,
      Precision precision) {
    this.tf = tf;
    this.network = network;
    this.weights = weights;
    this.dropoutSeed = dropoutSeed;
    this.precision = precision;
  }

  /**
   * Adds the network in inference mode: moving statistics, no dropout.
   *
   * @param weights the values of {@link WideResNet#weights}
   * @param images normalised images, {@code [batch, 32, 32, 3]} or {@code [batch, 3, 32, 32]}, as
   *     the network's data format says
   */
  public static ForwardPass inference(
      Ops tf, WideResNet network, WeightValues weights, Operand<TFloat32> images) {
    return new ForwardPass(tf, network, weights, null, Precision.FP32).run(images);
  }

  /**
   * Adds the network in training mode: statistics of the batch, and dropout.
   *
   * @param weights the values of {@link WideResNet#weights}
   * @param images normalised images, {@code [batch, 32, 32, 3]} or {@code [batch, 3, 32, 32]}, as
   *     the network's data format says
   * @param dropoutSeed int64 scalar, another one in each step; together with the number of the
   *     dropout layer it decides what is dropped
   * @param precision the number format of the convolutions
   */
  public static ForwardPass training(
      Ops tf,
      WideResNet network,
      WeightValues weights,
      Operand<TFloat32> images,
      Operand<TInt64> dropoutSeed,
      Precision precision) {
    return new ForwardPass(tf, network, weights, dropoutSeed, precision).run(images);
  }

  /** Returns the logits, {@code [batch, classes]}. */
  public Operand<TFloat32> logits() {
    return outputs.get(network.logits().name());
  }

  /**
   * Returns the output of a layer; of images always as {@code [batch, height, width, channels]}.
   *
   * @throws IllegalArgumentException if there is no layer of that name
   */
  public Operand<TFloat32> output(String layer) {
    Operand<TFloat32> output = outputs.get(layer);
    if (output == null) {
      throw new IllegalArgumentException("There is no layer '" + layer + "'.");
    }
    return output;
  }

  /**
   * Returns the statistics of the batch, by the weights that keep their moving averages; empty in
   * inference.
   */
  public Map<Weight, Operand<TFloat32>> statistics() {
    return Collections.unmodifiableMap(statistics);
  }

  private ForwardPass run(Operand<TFloat32> images) {
    for (Layer layer : network.layers()) {
      Operand<TFloat32> output =
          switch (layer.type()) {
            case INPUT -> network.config().dataFormat().toChannelsLast(tf, images);
            case CONVOLUTION -> convolution(layer);
            case BATCH_NORMALIZATION ->
                training() ? batchNormOfBatch(layer) : batchNormOfMovingStatistics(layer);
            case ACTIVATION -> tf.nn.relu(input(layer));
            case DROPOUT -> training() ? dropout(layer) : input(layer);
            case ADD -> tf.math.add(input(layer), outputs.get(layer.inputs().get(1).name()));
            case AVERAGE_POOLING -> averagePooling(layer);
            case FLATTEN ->
                tf.reshape(input(layer), tf.constant(new long[] {-1, layer.outputShape().size()}));
            case DENSE -> dense(layer);
          };
      outputs.put(layer.name(), output);
    }
    return this;
  }

  private boolean training() {
    return dropoutSeed != null;
  }

  private Operand<TFloat32> convolution(Layer layer) {
    boolean first = layer.inputs().get(0).type() == Layer.Type.INPUT;
    if (precision == Precision.FP32 || first) {
      return convolution(layer, input(layer), weight(layer, 0));
    }
    return tf.dtypes.cast(
        convolution(
            layer,
            tf.dtypes.cast(input(layer), TBfloat16.class),
            tf.dtypes.cast(weight(layer, 0), TBfloat16.class)),
        TFloat32.class);
  }

  private <T extends TNumber> Operand<T> convolution(
      Layer layer, Operand<T> images, Operand<T> kernel) {
    List<Long> strides = List.of(1L, (long) layer.stride(), (long) layer.stride(), 1L);
    return tf.nn.conv2d(images, kernel, strides, "SAME");
  }

  private Operand<TFloat32> batchNormOfMovingStatistics(Layer layer) {
    return tf.nn
        .fusedBatchNorm(
            input(layer),
            weight(layer, 0),
            weight(layer, 1),
            weight(layer, 2),
            weight(layer, 3),
            FusedBatchNorm.epsilon(epsilon()),
            FusedBatchNorm.isTraining(false))
        .y();
  }

  private Operand<TFloat32> batchNormOfBatch(Layer layer) {
    Operand<TFloat32> none = tf.constant(new float[0]);
    FusedBatchNorm<TFloat32, TFloat32> normalised =
        tf.nn.fusedBatchNorm(
            input(layer),
            weight(layer, 0),
            weight(layer, 1),
            none,
            none,
            FusedBatchNorm.epsilon(epsilon()),
            FusedBatchNorm.isTraining(true));
    Operand<TFloat32> variance = normalised.batchVariance();
    if (!network.config().batchNorm().unbiasedVariance()) {
      variance = tf.math.mul(variance, biasCorrection(layer));
    }
    statistics.put(layer.weights().get(2), normalised.batchMean());
    statistics.put(layer.weights().get(3), variance);
    return normalised.y();
  }

  /** FusedBatchNormV3 yields the unbiased variance; times (n - 1) / n it is the biased one. */
  private Operand<TFloat32> biasCorrection(Layer layer) {
    Operand<TInt32> shape = tf.shape(input(layer));
    Operand<TInt32> perChannel =
        tf.reduceProd(
            tf.slice(shape, tf.constant(new int[] {0}), tf.constant(new int[] {3})),
            tf.constant(0));
    Operand<TFloat32> n = tf.dtypes.cast(perChannel, TFloat32.class);
    return tf.math.div(tf.math.sub(n, tf.constant(1f)), n);
  }

  private float epsilon() {
    return network.config().batchNorm().epsilon();
  }

  /** Inverted dropout: what is kept is scaled up, so that inference needs no scale. */
  private Operand<TFloat32> dropout(Layer layer) {
    float rate = network.config().dropout();
    Operand<TFloat32> x = input(layer);
    Operand<TInt64> seed = tf.stack(List.of(dropoutSeed, tf.constant((long) outputs.size())));
    Operand<TFloat32> uniform = tf.random.statelessRandomUniform(tf.shape(x), seed, TFloat32.class);
    Operand<TFloat32> kept =
        tf.dtypes.cast(tf.math.greaterEqual(uniform, tf.constant(rate)), TFloat32.class);
    return tf.math.mul(x, tf.math.mul(kept, tf.constant(1 / (1 - rate))));
  }

  private Operand<TFloat32> averagePooling(Layer layer) {
    List<Long> window = List.of(1L, (long) POOL_SIZE, (long) POOL_SIZE, 1L);
    return tf.nn.avgPool(input(layer), window, window, "VALID");
  }

  private Operand<TFloat32> dense(Layer layer) {
    return tf.math.add(tf.linalg.matMul(input(layer), weight(layer, 0)), weight(layer, 1));
  }

  private Operand<TFloat32> input(Layer layer) {
    return outputs.get(layer.inputs().get(0).name());
  }

  private Operand<TFloat32> weight(Layer layer, int index) {
    return weights.value(layer.weights().get(index));
  }
}
