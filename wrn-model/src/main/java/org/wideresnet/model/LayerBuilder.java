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
  private final List<Layer> layers = new ArrayList<>();
  private final Multiset<String> names = HashMultiset.create();

  LayerBuilder(WideResNetConfig config) {
    this.config = config;
  }

  List<Layer> layers() {
    return List.copyOf(layers);
  }

  Layer input() {
    int size = WideResNetConfig.IMAGE_SIZE;
    return add("input_layer", Layer.Type.INPUT, List.of(), image(size, CHANNELS));
  }

  Layer convolution(Layer input, int filters, int kernelSize, int stride) {
    String name = unique("conv2d");
    Weight kernel =
        new Weight(
            name + "/kernel",
            Shape.of(kernelSize, kernelSize, channels(input), filters),
            config.convInitializer(),
            true);
    Shape shape = image((height(input) + stride - 1) / stride, filters);
    return add(
        new Layer(name, Layer.Type.CONVOLUTION, List.of(input), shape, List.of(kernel), stride));
  }

  Layer batchNormalization(Layer input) {
    String name = unique("batch_normalization");
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
    return add("activation", Layer.Type.ACTIVATION, List.of(input), input.outputShape());
  }

  Layer dropout(Layer input) {
    return add("dropout", Layer.Type.DROPOUT, List.of(input), input.outputShape());
  }

  Layer add(Layer left, Layer right) {
    return add("add", Layer.Type.ADD, List.of(left, right), left.outputShape());
  }

  Layer averagePooling(Layer input) {
    Shape shape = image(height(input) / ForwardPass.POOL_SIZE, channels(input));
    return add("average_pooling2d", Layer.Type.AVERAGE_POOLING, List.of(input), shape);
  }

  Layer flatten(Layer input) {
    Shape shape = Shape.of(input.outputShape().size());
    return add("flatten", Layer.Type.FLATTEN, List.of(input), shape);
  }

  Layer dense(Layer input, int units) {
    String name = unique("dense");
    long features = input.outputShape().get(0);
    List<Weight> weights =
        List.of(
            new Weight(
                name + "/kernel", Shape.of(features, units), config.denseInitializer(), true),
            new Weight(name + "/bias", Shape.of(units), Initializer.ZEROS, true));
    return add(new Layer(name, Layer.Type.DENSE, List.of(input), Shape.of(units), weights, 1));
  }

  private Layer add(String baseName, Layer.Type type, List<Layer> inputs, Shape shape) {
    return add(new Layer(unique(baseName), type, inputs, shape, List.of(), 1));
  }

  private Layer add(Layer layer) {
    layers.add(layer);
    return layer;
  }

  /** Keras' rule: the first of a kind has the bare name, the others a number from 1. */
  private String unique(String baseName) {
    int taken = names.count(baseName);
    names.add(baseName);
    return taken == 0 ? baseName : baseName + "_" + taken;
  }

  private boolean channelsLast() {
    return config.dataFormat() == DataFormat.CHANNELS_LAST;
  }

  private Shape image(long size, long channels) {
    return channelsLast() ? Shape.of(size, size, channels) : Shape.of(channels, size, size);
  }

  private long height(Layer layer) {
    return layer.outputShape().get(1);
  }

  private long channels(Layer layer) {
    return layer.outputShape().get(channelsLast() ? 2 : 0);
  }
}
