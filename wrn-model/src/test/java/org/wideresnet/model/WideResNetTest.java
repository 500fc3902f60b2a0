package org.wideresnet.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.tensorflow.ndarray.Shape;

class WideResNetTest {

  @ParameterizedTest
  @CsvSource({
    "16, 2, 10, 691674, 1824",
    "16, 4, 10, 2748890, 3616",
    "16, 8, 10, 10961370, 7200",
    "28, 10, 10, 36479194, 17952",
    "40, 4, 10, 8949210, 10784",
    "28, 10, 100, 36536884, 17952"
  })
  void countsTheParametersOfThePaper(int depth, int k, int classes, long trainable, long moving) {
    for (Variant variant : Variant.values()) {
      WideResNet network = WideResNet.of(variant.config(depth, k, classes));
      assertThat(network.trainableParameters()).as(variant.name()).isEqualTo(trainable);
      assertThat(network.movingStatistics()).as(variant.name()).isEqualTo(moving);
    }
  }

  @Test
  void kerasVariantHasOneMoreShortcutAtWidthOne() {
    WideResNet keras = WideResNet.of(Variant.KERAS.config(16, 1, 10));
    WideResNet paper = WideResNet.of(Variant.PAPER.config(16, 1, 10));
    assertThat(keras.trainableParameters() - paper.trainableParameters()).isEqualTo(16 * 16);
  }

  /** 5.2 and 1.3 thousand million multiply-adds: the figures usually given for these networks. */
  @Test
  void countsMultiplyAdds() {
    assertThat(WideResNet.of(Variant.PAPER.config(28, 10, 10)).multiplyAdds() / 1e9)
        .isBetween(5.2, 5.3);
    assertThat(WideResNet.of(Variant.PAPER.config(40, 4, 10)).multiplyAdds() / 1e9)
        .isBetween(1.2, 1.4);
    WideResNet small = WideResNet.of(Variant.PAPER.config(10, 1, 10));
    Layer first = small.layers().get(1);
    assertThat(first.multiplyAdds()).isEqualTo(32 * 32 * 16 * 3 * 3 * 3);
    assertThat(small.logits().multiplyAdds()).isEqualTo(64 * 10);
  }

  @Test
  void numbersTheShortcutConvolutionAfterTheBlock() {
    WideResNet network = WideResNet.of(Variant.KERAS.config(16, 2, 10));
    assertThat(network.weights().stream().filter(w -> w.name().startsWith("conv2d")).limit(5))
        .extracting(Weight::name, Weight::shape)
        .containsExactly(
            tuple("conv2d/kernel", Shape.of(3, 3, 3, 16)),
            tuple("conv2d_1/kernel", Shape.of(3, 3, 16, 32)),
            tuple("conv2d_2/kernel", Shape.of(3, 3, 32, 32)),
            tuple("conv2d_3/kernel", Shape.of(1, 1, 16, 32)),
            tuple("conv2d_4/kernel", Shape.of(3, 3, 32, 32)));
  }

  @Test
  void strideHalvesTheImageInTheSecondAndThirdGroup() {
    assertThat(addShapes(Variant.PAPER.config(16, 2, 10)))
        .containsExactly(
            Shape.of(32, 32, 32),
            Shape.of(32, 32, 32),
            Shape.of(16, 16, 64),
            Shape.of(16, 16, 64),
            Shape.of(8, 8, 128),
            Shape.of(8, 8, 128));
  }

  @Test
  void channelsFirstShapesPutTheChannelsFirst() {
    WideResNetConfig config =
        Variant.KERAS.config(10, 1, 10).withDataFormat(DataFormat.CHANNELS_FIRST);
    assertThat(addShapes(config))
        .containsExactly(Shape.of(16, 32, 32), Shape.of(32, 16, 16), Shape.of(64, 8, 8));
  }

  @Test
  void paperIdentityAtWidthOneReadsTheRawInput() {
    List<Layer> layers = WideResNet.of(Variant.PAPER.config(10, 1, 10)).layers();
    Layer add = layers.stream().filter(l -> l.type() == Layer.Type.ADD).findFirst().orElseThrow();
    assertThat(add.inputs().get(0).name()).isEqualTo("conv2d");
  }

  @Test
  void dropoutStandsWhereTheVariantPutsIt() {
    assertThat(beforeAndAfterDropout(Variant.KERAS))
        .hasSize(3)
        .containsOnly("CONVOLUTION-BATCH_NORMALIZATION");
    assertThat(beforeAndAfterDropout(Variant.PAPER))
        .hasSize(6)
        .containsOnly("ACTIVATION-CONVOLUTION");
  }

  @ParameterizedTest
  @EnumSource(Variant.class)
  void refusesADepthThatIsNoWideResNet(Variant variant) {
    assertThatThrownBy(() -> variant.config(17, 2, 10))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("The depth is 17; a Wide ResNet has a depth of 6n+4: 10, 16, 22, 28, 34, 40.");
    assertThatThrownBy(() -> variant.config(4, 2, 10)).hasMessageContaining("6n+4");
    assertThatThrownBy(() -> variant.config(16, 0, 10))
        .hasMessage("The widen factor is 0; it must be 1 or more.");
    assertThatThrownBy(() -> variant.config(16, 1, 10).withDropout(-0.1f))
        .hasMessage("The dropout rate is -0.1; it must lie in [0, 1).");
  }

  @Test
  @Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void layersOfADeepNetworkCanBeKeys() {
    List<Layer> layers = WideResNet.of(Variant.PAPER.config(400, 1, 10)).layers();
    assertThat(new HashSet<>(layers)).hasSameSizeAs(layers);
    Layer last = layers.get(layers.size() - 1);
    assertThat(WideResNet.of(Variant.PAPER.config(400, 1, 10)).logits()).isNotEqualTo(last);
  }

  @Test
  void parsesTheNamesOfThePaper() {
    assertThat(WideResNetConfig.parse("WRN-28-10", Variant.PAPER, 100))
        .isEqualTo(Variant.PAPER.config(28, 10, 100));
    assertThatThrownBy(() -> WideResNetConfig.parse("resnet50", Variant.PAPER, 10))
        .hasMessage("The model 'resnet50' is not of the form wrn-DEPTH-WIDTH, such as wrn-16-2.");
  }

  private static List<Shape> addShapes(WideResNetConfig config) {
    return WideResNet.of(config).layers().stream()
        .filter(layer -> layer.type() == Layer.Type.ADD)
        .map(Layer::outputShape)
        .toList();
  }

  private static List<String> beforeAndAfterDropout(Variant variant) {
    List<Layer> layers = WideResNet.of(variant.config(16, 1, 10).withDropout(0.3f)).layers();
    return layers.stream()
        .filter(layer -> layer.type() == Layer.Type.DROPOUT)
        .map(
            layer ->
                layer.inputs().get(0).type() + "-" + layers.get(layers.indexOf(layer) + 1).type())
        .toList();
  }
}
