package org.wideresnet.model;

import com.google.common.collect.HashMultiset;
import com.google.common.collect.Multiset;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.ndarray.Shape;

/**
 * Collects the layers of a network in the order of their creation and names them as Keras does. Its
 * methods are the layer constructors of Keras' functional API.
 */
final class LayerBuilder {
  private static final int CHANNELS = 3;

  private final WideResNetConfig config;
  private final boolean channelsLast;
  private final List<Layer> layers = new ArrayList<>();
  private final Multiset<Layer.Type> types = HashMultiset.create();

  LayerBuilder(WideResNetConfig config) {
    this.config = config;
    channelsLast = config.dataFormat() == DataFormat.CHANNELS_LAST;
  }

  List<Layer> layers() {
    return List.copyOf(layers);
  }

  Layer input() {
    return add(Layer.Type.INPUT, image(WideResNetConfig.IMAGE_SIZE, CHANNELS));
  }

  Layer zeroPadding(Layer input) {
    return add(Layer.Type.ZERO_PADDING, image(height(input) + 2, channels(input)), input);
  }

  Layer convolution(Layer input, int filters, int kernelSize, int stride) {
    String name = unique(Layer.Type.CONVOLUTION);
    Shape size = Shape.of(kernelSize, kernelSize, channels(input), filters);
    Weight kernel = new Weight(name + "/kernel", size, config.convInitializer(), true);
    long border = input.type() == Layer.Type.ZERO_PADDING ? kernelSize - 1 : 0;
    Shape shape = image((height(input) - border + stride - 1) / stride, filters);
    return add(
        new Layer(name, Layer.Type.CONVOLUTION, List.of(input), shape, List.of(kernel), stride));
  }

  Layer batchNormalization(Layer input) {
    String name = unique(Layer.Type.BATCH_NORMALIZATION);
    Shape shape = Shape.of(channels(input));
    Initializer gamma = config.batchNorm().gammaInitializer();
    List<Weight> weights =
        List.of(
            new Weight(name + "/gamma", shape, gamma, true),
            new Weight(name + "/beta", shape, Initializer.ZEROS, true),
            new Weight(name + "/moving_mean", shape, Initializer.ZEROS, false),
            new Weight(name + "/moving_variance", shape, Initializer.ONES, false));
    return add(
        new Layer(
            name, Layer.Type.BATCH_NORMALIZATION, List.of(input), input.outputShape(), weights, 1));
  }

  Layer relu(Layer input) {
    return add(Layer.Type.ACTIVATION, input.outputShape(), input);
  }

  Layer dropout(Layer input) {
    return add(Layer.Type.DROPOUT, input.outputShape(), input);
  }

  Layer add(Layer left, Layer right) {
    return add(Layer.Type.ADD, left.outputShape(), left, right);
  }

  Layer averagePooling(Layer input) {
    Shape shape = image(height(input) / ForwardPass.POOL_SIZE, channels(input));
    return add(Layer.Type.AVERAGE_POOLING, shape, input);
  }

  Layer flatten(Layer input) {
    return add(Layer.Type.FLATTEN, Shape.of(input.outputShape().size()), input);
  }

  Layer dense(Layer input, int units) {
    String name = unique(Layer.Type.DENSE);
    Shape shape = Shape.of(input.outputShape().get(0), units);
    List<Weight> weights =
        List.of(
            new Weight(name + "/kernel", shape, config.denseInitializer(), true),
            new Weight(name + "/bias", Shape.of(units), Initializer.ZEROS, true));
    return add(new Layer(name, Layer.Type.DENSE, List.of(input), Shape.of(units), weights, 1));
  }

  private Layer add(Layer.Type type, Shape shape, Layer... inputs) {
    return add(new Layer(unique(type), type, List.of(inputs), shape, List.of(), 1));
  }

  private Layer add(Layer layer) {
    layers.add(layer);
    return layer;
  }

  /** Keras' rule: the first of a kind has the bare name, the others a number from 1. */
  private String unique(Layer.Type type) {
    int before = types.count(type);
    types.add(type);
    return type.layerName() + (before == 0 ? "" : "_" + before);
  }

  private Shape image(long size, long channels) {
    return channelsLast ? Shape.of(size, size, channels) : Shape.of(channels, size, size);
  }

  private long height(Layer layer) {
    return layer.outputShape().get(1);
  }

  private long channels(Layer layer) {
    return layer.outputShape().get(channelsLast ? 2 : 0);
  }
}
