package org.wideresnet.model;

import java.util.List;
import org.wideresnet.model.WideResNetConfig.DropoutPlacement;
import org.wideresnet.model.WideResNetConfig.Padding;

/**
 * The Wide Residual Network of Zagoruyko and Komodakis, defined layer by layer as the Keras
 * original defines it. This class says which layers there are and how they are connected; {@link
 * ForwardPass} computes them with TensorFlow ops.
 *
 * <p>The operands of an addition stand as in the original: an identity shortcut before the
 * convolutions, a 1x1 shortcut after them. The sum is the same, but the table and the picture of
 * the layers and files of Keras name the inputs in this order.
 *
 * <table>
 *   <caption>The functions of the Keras original and where they are here</caption>
 *   <tr><th>Keras</th><th>Java</th></tr>
 *   <tr><td>{@code create_wide_residual_network}</td><td>{@link #of}</td></tr>
 *   <tr><td>{@code initial_conv}</td><td>{@code initialConv}</td></tr>
 *   <tr><td>{@code expand_conv}</td><td>{@code expandConv}</td></tr>
 *   <tr><td>{@code conv1_block}, {@code conv2_block}, {@code conv3_block}</td><td>{@code
 *       convBlock} with 16k, 32k, 64k filters</td></tr>
 *   <tr><td>{@code BatchNormalization} and {@code Activation("relu")}</td><td>{@code
 *       batchNormRelu}</td></tr>
 *   <tr><td>{@code Dense(nb_classes, activation="softmax")}</td><td>{@link #logits}; the softmax is
 *       applied where probabilities are wanted</td></tr>
 * </table>
 *
 * <p>The paper's network is the same graph for {@code k > 1}: the batch normalisation and ReLU that
 * close a group in the original are the shared pre-activation of the next group's first block in
 * the paper (figure 1 and table 1).
 */
public final class WideResNet {
  private static final int BASE_FILTERS = 16;

  private final WideResNetConfig config;
  private final LayerBuilder net;
  private final Layer logits;

  private WideResNet(WideResNetConfig config) {
    this.config = config;
    net = new LayerBuilder(config);
    Layer x = initialConv(net.input());
    x = group(x, BASE_FILTERS * config.widenFactor(), 1);
    x = group(x, 2 * BASE_FILTERS * config.widenFactor(), 2);
    x = group(x, 4 * BASE_FILTERS * config.widenFactor(), 2);
    x = net.averagePooling(batchNormRelu(x));
    logits = net.dense(net.flatten(x), config.classes());
  }

  /** Returns the network of the given configuration. */
  public static WideResNet of(WideResNetConfig config) {
    return new WideResNet(config);
  }

  /** Returns the configuration it was made from. */
  public WideResNetConfig config() {
    return config;
  }

  /**
   * Returns all layers in the order of their creation; each comes after its inputs. It is also the
   * order of Keras' {@code model.layers}, which sorts by the distance from the output: a shortcut
   * convolution is made right after the convolution that it is added to.
   */
  public List<Layer> layers() {
    return net.layers();
  }

  /** Returns the last layer: logits, {@code [classes]} for each image. */
  public Layer logits() {
    return logits;
  }

  /** Returns all weights in the order of their layers. */
  public List<Weight> weights() {
    return layers().stream().flatMap(layer -> layer.weights().stream()).toList();
  }

  /** Returns the number of trainable values, as Keras counts them. */
  public long trainableParameters() {
    return countParameters(true);
  }

  /** Returns the number of values in moving statistics, Keras' non-trainable parameters. */
  public long movingStatistics() {
    return countParameters(false);
  }

  /** Returns the number of multiply-adds of a forward pass for one image. */
  public long multiplyAdds() {
    return layers().stream().mapToLong(Layer::multiplyAdds).sum();
  }

  private long countParameters(boolean trainable) {
    return weights().stream()
        .filter(weight -> weight.trainable() == trainable)
        .mapToLong(weight -> weight.shape().size())
        .sum();
  }

  private Layer initialConv(Layer images) {
    return net.convolution(images, BASE_FILTERS, 3, 1);
  }

  /** One of the paper's groups conv2, conv3, conv4: {@code n} residual blocks. */
  private Layer group(Layer input, int filters, int stride) {
    Layer x = expandConv(input, filters, stride);
    for (int block = 1; block < config.blocksPerGroup(); block++) {
      x = convBlock(x, filters);
    }
    return x;
  }

  /** The first block of a group: its shortcut leads from the pre-activated input. */
  private Layer expandConv(Layer input, int filters, int stride) {
    Layer preActivated = batchNormRelu(input);
    Layer x = net.convolution(padded(preActivated, stride), filters, 3, stride);
    x = dropout(batchNormRelu(x), DropoutPlacement.AFTER_RELU);
    x = net.convolution(x, filters, 3, 1);
    if (config.identityWhereShapesAgree() && input.outputShape().equals(x.outputShape())) {
      return net.add(input, x);
    }
    return net.add(x, net.convolution(preActivated, filters, 1, stride));
  }

  /** Every further block of a group: its shortcut is the identity. */
  private Layer convBlock(Layer input, int filters) {
    Layer x = net.convolution(batchNormRelu(input), filters, 3, 1);
    x = dropout(x, DropoutPlacement.BEFORE_BATCH_NORM);
    x = dropout(batchNormRelu(x), DropoutPlacement.AFTER_RELU);
    x = net.convolution(x, filters, 3, 1);
    return net.add(input, x);
  }

  private Layer padded(Layer input, int stride) {
    boolean pads = stride > 1 && config.padding() == Padding.SYMMETRIC;
    return pads ? net.zeroPadding(input) : input;
  }

  private Layer batchNormRelu(Layer input) {
    return net.relu(net.batchNormalization(input));
  }

  /** Dropout at one of the two places in a block, if the network has it there. */
  private Layer dropout(Layer input, DropoutPlacement place) {
    boolean here = config.dropout() > 0 && config.dropoutPlacement() == place;
    return here ? net.dropout(input) : input;
  }
}
