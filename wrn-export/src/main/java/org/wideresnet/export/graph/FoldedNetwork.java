package org.wideresnet.export.graph;

import com.google.common.collect.HashMultiset;
import com.google.common.collect.Multiset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TFloat32;
import org.wideresnet.model.Layer;
import org.wideresnet.model.Precision;
import org.wideresnet.model.Weight;
import org.wideresnet.model.WideResNet;
import org.wideresnet.model.convolution.ConvolutionAlgorithm;
import org.wideresnet.model.convolution.WinogradInference;
import org.wideresnet.model.variables.NamedTensors;

/**
 * A {@link WideResNet} as ops made for inference alone: dropout is gone, and a batch normalisation
 * whose input is a convolution that nobody else reads is folded into it (its scale into the kernel,
 * the rest into a bias). The other batch normalisations follow an addition, whose sum a shortcut
 * needs as it is; they are one scale and one shift.
 *
 * <p>WRN-16-2 as constants on two cores takes 0.73 of the time of {@link
 * org.wideresnet.model.ForwardPass} for one image, 0.88 for 8 and 0.95 for 64 (medians of rounds in
 * turn); with the fused op of TensorFlow instead of scale and shift it is 0.84, 0.91 and 0.97.
 */
final class FoldedNetwork {

  private final Ops tf;
  private final WideResNet network;
  private final NamedTensors weights;
  private final ServingWeights servingWeights;
  private final Precision precision;
  private final ConvolutionAlgorithm convolutions;
  private final Map<Layer, Layer> foldedBatchNorms;
  private final Map<Layer, Operand<TFloat32>> outputs = new HashMap<>();

  private FoldedNetwork(
      Ops tf,
      WideResNet network,
      NamedTensors weights,
      ServingWeights servingWeights,
      Precision precision,
      ConvolutionAlgorithm convolutions) {
    this.tf = tf;
    this.network = network;
    this.weights = weights;
    this.servingWeights = servingWeights;
    this.precision = precision;
    this.convolutions = convolutions;
    foldedBatchNorms = foldable(network);
  }

  /**
   * Adds the network to a graph.
   *
   * @param weights the values of {@link WideResNet#weights}
   * @param servingWeights where the weights of the graph go
   * @param precision the number format of the convolutions; the first one is float32 in any case
   * @param convolutions how wide 3x3 convolutions in float32 are computed
   * @param images normalised images in the network's data format
   */
  static FoldedNetwork of(
      Ops tf,
      WideResNet network,
      NamedTensors weights,
      ServingWeights servingWeights,
      Precision precision,
      ConvolutionAlgorithm convolutions,
      Operand<TFloat32> images) {
    FoldedNetwork folded =
        new FoldedNetwork(tf, network, weights, servingWeights, precision, convolutions);
    for (Layer layer : network.layers()) {
      folded.outputs.put(layer, folded.output(layer, images));
    }
    return folded;
  }

  /** Returns the pooled features, {@code [batch, 64k]}. */
  Operand<TFloat32> features() {
    return input(network.logits());
  }

  /** Returns the logits, {@code [batch, classes]}. */
  Operand<TFloat32> logits() {
    return outputs.get(network.logits());
  }

  /** Returns the batch normalisations that can be folded, by their convolutions. */
  private static Map<Layer, Layer> foldable(WideResNet network) {
    Multiset<Layer> reads = HashMultiset.create();
    network.layers().forEach(layer -> reads.addAll(layer.inputs()));
    Map<Layer, Layer> batchNorms = new HashMap<>();
    for (Layer layer : network.layers()) {
      if (layer.type() == Layer.Type.BATCH_NORMALIZATION) {
        Layer input = withoutDropout(layer.inputs().get(0));
        if (input.type() == Layer.Type.CONVOLUTION && reads.count(input) == 1) {
          batchNorms.put(input, layer);
        }
      }
    }
    return batchNorms;
  }

  private static Layer withoutDropout(Layer layer) {
    return layer.type() == Layer.Type.DROPOUT ? layer.inputs().get(0) : layer;
  }

  private Operand<TFloat32> output(Layer layer, Operand<TFloat32> images) {
    return switch (layer.type()) {
      case INPUT -> network.config().dataFormat().toChannelsLast(tf, images);
      case ZERO_PADDING ->
          tf.pad(
              input(layer),
              tf.constant(new int[][] {{0, 0}, {1, 1}, {1, 1}, {0, 0}}),
              tf.constant(0f));
      case CONVOLUTION ->
          foldedBatchNorms.containsKey(layer)
              ? foldedConvolution(layer, foldedBatchNorms.get(layer))
              : convolution(layer, values(weight(layer, 0)));
      case BATCH_NORMALIZATION ->
          foldedBatchNorms.containsValue(layer) ? input(layer) : batchNormalization(layer);
      case ACTIVATION -> tf.nn.relu(input(layer));
      case DROPOUT -> input(layer);
      case ADD -> tf.math.add(input(layer), outputs.get(layer.inputs().get(1)));
      case AVERAGE_POOLING -> tf.math.mean(input(layer), tf.constant(new int[] {1, 2}));
      case FLATTEN -> input(layer);
      case DENSE ->
          tf.nn.biasAdd(
              tf.linalg.matMul(input(layer), unchanged(weight(layer, 0))),
              unchanged(weight(layer, 1)));
    };
  }

  private Operand<TFloat32> convolution(Layer layer, float[] values) {
    Weight weight = weight(layer, 0);
    Shape shape = weight.shape();
    if (precision == Precision.FP32
        && convolutions.isWinograd(shape.get(0), layer.stride(), shape.get(2), shape.get(3))) {
      return winograd(layer, values);
    }
    Operand<TFloat32> kernel = servingWeights.add(weight.name(), shape, values);
    List<Long> strides = List.of(1L, (long) layer.stride(), (long) layer.stride(), 1L);
    boolean isFirst = layer.inputs().get(0).type() == Layer.Type.INPUT;
    if (precision == Precision.FP32 || isFirst) {
      return tf.nn.conv2d(input(layer), kernel, strides, layer.padding());
    }
    return tf.dtypes.cast(
        tf.nn.conv2d(
            tf.dtypes.cast(input(layer), TBfloat16.class),
            tf.dtypes.cast(kernel, TBfloat16.class),
            strides,
            layer.padding()),
        TFloat32.class);
  }

  private Operand<TFloat32> winograd(Layer layer, float[] values) {
    Weight weight = weight(layer, 0);
    int in = (int) weight.shape().get(2);
    int out = (int) weight.shape().get(3);
    Operand<TFloat32> kernel =
        servingWeights.addTransformed(
            weight.name(),
            WinogradInference.transformedShape(in, out),
            weight.shape(),
            values,
            (scope, stored) -> WinogradInference.transformed(scope, stored, in, out));
    // Images are square, so this is a side of them whatever the order of the dimensions.
    int side = (int) layer.outputShape().get(1);
    return WinogradInference.of(tf, input(layer), kernel, side, side, in, out);
  }

  private Operand<TFloat32> batchNormalization(Layer layer) {
    ScaleAndShift affine = scaleAndShift(layer);
    return tf.math.add(
        tf.math.mul(input(layer), vector(layer.name() + "/scale", affine.scale)),
        vector(layer.name() + "/shift", affine.shift));
  }

  private Operand<TFloat32> foldedConvolution(Layer convolution, Layer batchNorm) {
    ScaleAndShift affine = scaleAndShift(batchNorm);
    Weight kernel = weight(convolution, 0);
    float[] values = values(kernel);
    for (int i = 0; i < values.length; i++) {
      values[i] *= affine.scale[i % affine.scale.length];
    }
    return tf.nn.biasAdd(
        convolution(convolution, values), vector(convolution.name() + "/bias", affine.shift));
  }

  /** {@code scale * x + shift = gamma * (x - mean) / sqrt(variance + epsilon) + beta}. */
  private record ScaleAndShift(float[] scale, float[] shift) {}

  private ScaleAndShift scaleAndShift(Layer batchNorm) {
    float[] gamma = values(weight(batchNorm, 0));
    float[] beta = values(weight(batchNorm, 1));
    float[] mean = values(weight(batchNorm, 2));
    float[] variance = values(weight(batchNorm, 3));
    float[] scale = new float[gamma.length];
    float[] shift = new float[gamma.length];
    for (int i = 0; i < gamma.length; i++) {
      double exact = gamma[i] / Math.sqrt(variance[i] + (double) epsilon());
      scale[i] = (float) exact;
      shift[i] = (float) (beta[i] - mean[i] * exact);
    }
    return new ScaleAndShift(scale, shift);
  }

  private float epsilon() {
    return network.config().batchNorm().epsilon();
  }

  private Operand<TFloat32> input(Layer layer) {
    return outputs.get(layer.inputs().get(0));
  }

  private static Weight weight(Layer layer, int index) {
    return layer.weights().get(index);
  }

  private Operand<TFloat32> unchanged(Weight weight) {
    return servingWeights.add(weight.name(), weight.shape(), values(weight));
  }

  private Operand<TFloat32> vector(String name, float[] values) {
    return servingWeights.add(name, Shape.of(values.length), values);
  }

  private float[] values(Weight weight) {
    float[] values = new float[(int) weight.shape().size()];
    weights.get(weight.name()).asRawTensor().data().asFloats().read(values);
    return values;
  }
}
