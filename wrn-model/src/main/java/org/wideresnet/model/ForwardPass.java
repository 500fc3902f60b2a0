package org.wideresnet.model;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.nn.FusedBatchNorm;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TNumber;
import org.wideresnet.model.convolution.WinogradConvolution;

/**
 * The ops that compute a {@link WideResNet}: once for training (batch statistics, dropout, updates
 * of the moving statistics), once for inference. Everything is computed as {@code [batch, height,
 * width, channels]}, the layout that TensorFlow's CPU kernels are made for; whoever takes images in
 * channels-first layout transposes them before.
 */
public final class ForwardPass {
  static final int POOL_SIZE = 8;

  private final Ops tf;
  private final WideResNet network;
  private final WeightValues weights;
  private final Operand<TInt64> dropoutSeed;
  private final Numerics numerics;
  private final Map<String, Operand<? extends TNumber>> outputs = new LinkedHashMap<>();
  private final Map<Weight, Operand<TFloat32>> statistics = new LinkedHashMap<>();

  private ForwardPass(
      Ops tf,
      WideResNet network,
      WeightValues weights,
      Operand<TInt64> dropoutSeed,
      Numerics numerics) {
    this.tf = tf;
    this.network = network;
    this.weights = weights;
    this.dropoutSeed = dropoutSeed;
    this.numerics = numerics;
  }

  /**
   * Adds the network in inference mode: moving statistics, no dropout.
   *
   * @param weights the values of {@link WideResNet#weights}
   * @param images normalised images, {@code [batch, 32, 32, 3]} whatever the network's data format
   */
  public static ForwardPass inference(
      Ops tf, WideResNet network, WeightValues weights, Operand<TFloat32> images) {
    return new ForwardPass(tf, network, weights, null, Numerics.FP32).run(images);
  }

  /**
   * Adds the network in training mode: statistics of the batch, and dropout.
   *
   * @param weights the values of {@link WideResNet#weights}
   * @param images normalised images, {@code [batch, 32, 32, 3]} whatever the network's data format
   * @param dropoutSeed int64 scalar, another one in each step; together with the number of the
   *     dropout layer it decides what is dropped
   * @param numerics how the ops are computed
   */
  public static ForwardPass training(
      Ops tf,
      WideResNet network,
      WeightValues weights,
      Operand<TFloat32> images,
      Operand<TInt64> dropoutSeed,
      Numerics numerics) {
    return new ForwardPass(tf, network, weights, dropoutSeed, numerics).run(images);
  }

  /** Returns the logits, {@code [batch, classes]}. */
  public Operand<TFloat32> logits() {
    return output(network.logits().name());
  }

  /**
   * Returns the output of a layer as float32, whatever it is computed in; of images always as
   * {@code [batch, height, width, channels]}.
   *
   * @throws IllegalArgumentException if there is no layer of that name
   */
  public Operand<TFloat32> output(String layer) {
    Operand<? extends TNumber> output = outputs.get(layer);
    if (output == null) {
      throw new IllegalArgumentException("There is no layer '" + layer + "'.");
    }
    return cast(output, TFloat32.class);
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
      Operand<? extends TNumber> output =
          switch (layer.type()) {
            case INPUT -> images;
            case ZERO_PADDING -> zeroPadding(input(layer));
            case CONVOLUTION -> convolution(layer);
            case BATCH_NORMALIZATION ->
                training()
                    ? batchNormOfBatch(layer, input(layer))
                    : batchNormOfMovingStatistics(layer, input(layer));
            case ACTIVATION -> tf.nn.relu(input(layer));
            case DROPOUT -> training() ? dropout(input(layer)) : input(layer);
            case ADD -> add(input(layer), outputs.get(layer.inputs().get(1).name()));
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

  private <T extends TNumber> Operand<T> zeroPadding(Operand<T> x) {
    Operand<TInt32> sides = tf.constant(new int[][] {{0, 0}, {1, 1}, {1, 1}, {0, 0}});
    return tf.pad(x, sides, cast(tf.constant(0f), x.type()));
  }

  /** The first one is computed in float32: see {@link Precision#BF16}. */
  private Operand<? extends TNumber> convolution(Layer layer) {
    Operand<? extends TNumber> images = input(layer);
    return layer.inputs().get(0).type() == Layer.Type.INPUT
        ? cast(convolution(layer, images), numerics.precision().activations())
        : convolution(layer, images);
  }

  private <T extends TNumber> Operand<T> convolution(Layer layer, Operand<T> images) {
    Shape shape = layer.weights().get(0).shape();
    if (images.type() == TFloat32.class
        && numerics
            .convolutions()
            .isWinograd(shape.get(0), layer.stride(), shape.get(2), shape.get(3))) {
      return winograd(layer, images.asOutput().expect(TFloat32.class))
          .asOutput()
          .expect(images.type());
    }
    Operand<T> kernel = cast(weight(layer, 0), images.type());
    List<Long> strides = List.of(1L, (long) layer.stride(), (long) layer.stride(), 1L);
    int parts = numerics.parts(shape.get(2));
    if (parts == 1) {
      return tf.nn.conv2d(images, kernel, strides, layer.padding());
    }
    List<Output<T>> imageParts = tf.split(tf.constant(3), images, (long) parts).output();
    List<Output<T>> kernelParts = tf.split(tf.constant(2), kernel, (long) parts).output();
    List<Operand<T>> sums = new ArrayList<>();
    for (int i = 0; i < parts; i++) {
      sums.add(tf.nn.conv2d(imageParts.get(i), kernelParts.get(i), strides, layer.padding()));
    }
    return tf.math.addN(sums);
  }

  private Operand<TFloat32> winograd(Layer layer, Operand<TFloat32> images) {
    Shape kernel = layer.weights().get(0).shape();
    // Images are square, so this is a side of them whatever the order of the dimensions.
    int side = (int) layer.outputShape().get(1);
    return WinogradConvolution.of(
        tf, images, weight(layer, 0), side, side, (int) kernel.get(2), (int) kernel.get(3));
  }

  private <T extends TNumber> Operand<T> batchNormOfMovingStatistics(Layer layer, Operand<T> x) {
    return tf.nn
        .fusedBatchNorm(
            x,
            weight(layer, 0),
            weight(layer, 1),
            weight(layer, 2),
            weight(layer, 3),
            FusedBatchNorm.epsilon(epsilon()),
            FusedBatchNorm.isTraining(false))
        .y();
  }

  private <T extends TNumber> Operand<T> batchNormOfBatch(Layer layer, Operand<T> x) {
    Operand<TFloat32> none = tf.constant(new float[0]);
    FusedBatchNorm<T, TFloat32> normalised =
        tf.nn.fusedBatchNorm(
            x,
            weight(layer, 0),
            weight(layer, 1),
            none,
            none,
            FusedBatchNorm.epsilon(epsilon()),
            FusedBatchNorm.isTraining(true));
    Operand<TFloat32> variance = normalised.batchVariance();
    if (!network.config().batchNorm().unbiasedVariance()) {
      variance = tf.math.mul(variance, biasCorrection(x));
    }
    statistics.put(layer.weights().get(2), normalised.batchMean());
    statistics.put(layer.weights().get(3), variance);
    return normalised.y();
  }

  /** FusedBatchNormV3 yields the unbiased variance; times (n - 1) / n it is the biased one. */
  private Operand<TFloat32> biasCorrection(Operand<? extends TNumber> x) {
    Operand<TInt32> shape = tf.shape(x);
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
  private <T extends TNumber> Operand<T> dropout(Operand<T> x) {
    float rate = network.config().dropout();
    Operand<TInt64> seed = tf.stack(List.of(dropoutSeed, tf.constant((long) outputs.size())));
    Operand<TFloat32> uniform = tf.random.statelessRandomUniform(tf.shape(x), seed, TFloat32.class);
    Operand<TFloat32> kept =
        tf.dtypes.cast(tf.math.greaterEqual(uniform, tf.constant(rate)), TFloat32.class);
    Operand<TFloat32> scale = tf.math.mul(kept, tf.constant(1 / (1 - rate)));
    return cast(tf.math.mul(cast(x, TFloat32.class), scale), x.type());
  }

  private <T extends TNumber> Operand<T> add(Operand<T> x, Operand<? extends TNumber> y) {
    return tf.math.add(x, y.asOutput().expect(x.type()));
  }

  private Operand<TFloat32> averagePooling(Layer layer) {
    List<Long> window = List.of(1L, (long) POOL_SIZE, (long) POOL_SIZE, 1L);
    return tf.nn.avgPool(cast(input(layer), TFloat32.class), window, window, "VALID");
  }

  private Operand<TFloat32> dense(Layer layer) {
    return tf.math.add(
        tf.linalg.matMul(output(layer.inputs().get(0).name()), weight(layer, 0)), weight(layer, 1));
  }

  private <T extends TNumber> Operand<T> cast(Operand<? extends TNumber> x, Class<T> type) {
    return x.type() == type ? x.asOutput().expect(type) : tf.dtypes.cast(x, type);
  }

  private Operand<? extends TNumber> input(Layer layer) {
    return outputs.get(layer.inputs().get(0).name());
  }

  private Operand<TFloat32> weight(Layer layer, int index) {
    return weights.value(layer.weights().get(index));
  }
}
