package org.wideresnet.export;

import com.google.common.collect.HashMultiset;
import com.google.common.collect.Multiset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.op.nn.FusedBatchNorm;
import org.tensorflow.types.TFloat32;
import org.wideresnet.model.DataFormat;
import org.wideresnet.model.Layer;
import org.wideresnet.model.NamedTensors;
import org.wideresnet.model.Weight;
import org.wideresnet.model.WideResNet;

/**
 * A {@link WideResNet} as ops made for inference alone: the weights are constants, dropout is gone,
 * and a batch normalisation whose input is a convolution that nobody else reads is folded into it
 * (its scale into the kernel, the rest into a bias). What is left of batch normalisation follows an
 * addition, whose sum the next shortcut needs as it is.
 */
final class FoldedNetwork {
  private static final int[] NCHW_TO_NHWC = {0, 2, 3, 1};

  private final Ops tf;
  private final WideResNet network;
  private final NamedTensors weights;
  private final Map<Layer, Layer> foldedBatchNorms;
  private final Map<Layer, Operand<TFloat32>> outputs = new HashMap<>();

  private FoldedNetwork(Ops tf, WideResNet network, NamedTensors weights) {
    this.tf = tf;
    this.network = network;
    this.weights = weights;
    foldedBatchNorms = foldable(network);
  }

  /**
   * Adds the network to a graph.
   *
   * @param weights the values of {@link WideResNet#weights}
   * @param images normalised images in the network's data format
   */
  static FoldedNetwork of(
      Ops tf, WideResNet network, NamedTensors weights, Operand<TFloat32> images) {
    FoldedNetwork folded = new FoldedNetwork(tf, network, weights);
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
      case INPUT -> channelsLast(images);
      case CONVOLUTION ->
          foldedBatchNorms.containsKey(layer)
              ? foldedConvolution(layer, foldedBatchNorms.get(layer))
              : convolution(layer, constant(weight(layer, 0)));
      case BATCH_NORMALIZATION ->
          foldedBatchNorms.containsValue(layer) ? input(layer) : batchNormalization(layer);
      case ACTIVATION -> tf.nn.relu(input(layer));
      case DROPOUT -> input(layer);
      case ADD -> tf.math.add(input(layer), outputs.get(layer.inputs().get(1)));
      case AVERAGE_POOLING -> tf.math.mean(input(layer), tf.constant(new int[] {1, 2}));
      case FLATTEN -> input(layer);
      case DENSE ->
          tf.nn.biasAdd(
              tf.linalg.matMul(input(layer), constant(weight(layer, 0))),
              constant(weight(layer, 1)));
    };
  }

  private Operand<TFloat32> channelsLast(Operand<TFloat32> images) {
    return network.config().dataFormat() == DataFormat.CHANNELS_LAST
        ? images
        : tf.linalg.transpose(images, tf.constant(NCHW_TO_NHWC));
  }

  private Operand<TFloat32> convolution(Layer layer, Operand<TFloat32> kernel) {
    long stride = layer.stride();
    return tf.nn.conv2d(input(layer), kernel, List.of(1L, stride, stride, 1L), "SAME");
  }

  private Operand<TFloat32> batchNormalization(Layer layer) {
    return tf.nn
        .fusedBatchNorm(
            input(layer),
            constant(weight(layer, 0)),
            constant(weight(layer, 1)),
            constant(weight(layer, 2)),
            constant(weight(layer, 3)),
            FusedBatchNorm.epsilon(epsilon()),
            FusedBatchNorm.isTraining(false))
        .y();
  }

  /** {@code gamma * (conv(x) - mean) / sqrt(variance + epsilon) + beta} as one convolution. */
  private Operand<TFloat32> foldedConvolution(Layer convolution, Layer batchNorm) {
    float[] kernel = values(weight(convolution, 0));
    float[] gamma = values(weight(batchNorm, 0));
    float[] beta = values(weight(batchNorm, 1));
    float[] mean = values(weight(batchNorm, 2));
    float[] variance = values(weight(batchNorm, 3));
    int filters = gamma.length;
    double[] scale = new double[filters];
    float[] bias = new float[filters];
    for (int i = 0; i < filters; i++) {
      scale[i] = gamma[i] / Math.sqrt(variance[i] + (double) epsilon());
      bias[i] = (float) (beta[i] - mean[i] * scale[i]);
    }
    for (int i = 0; i < kernel.length; i++) {
      kernel[i] = (float) (kernel[i] * scale[i % filters]);
    }
    return tf.nn.biasAdd(
        convolution(convolution, constant(weight(convolution, 0).shape(), kernel)),
        constant(weight(batchNorm, 1).shape(), bias));
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

  private Operand<TFloat32> constant(Weight weight) {
    return tf.constantOf(weights.get(weight.name()));
  }

  private Operand<TFloat32> constant(Shape shape, float[] values) {
    try (TFloat32 tensor = TFloat32.tensorOf(shape, DataBuffers.of(values))) {
      return tf.constantOf(tensor);
    }
  }

  private float[] values(Weight weight) {
    float[] values = new float[(int) weight.shape().size()];
    weights.get(weight.name()).asRawTensor().data().asFloats().read(values);
    return values;
  }
}
