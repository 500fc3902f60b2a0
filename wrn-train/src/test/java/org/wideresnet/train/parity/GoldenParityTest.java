package org.wideresnet.train.parity;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.wideresnet.model.DataFormat;
import org.wideresnet.model.Variant;
import org.wideresnet.train.settings.OptimizerSettings;

/**
 * Compares what the network computes with what Keras computed from the same weights and images. The
 * README beside the numbers says how they were made and how far rounding alone moves them.
 */
class GoldenParityTest {
  private static final String CASES =
      """
      KERAS, CHANNELS_LAST
      PAPER, CHANNELS_LAST
      KERAS, CHANNELS_FIRST
      PAPER, CHANNELS_FIRST
      """;

  private NumpyArray images;
  private NumpyArray labels;
  private Map<String, NumpyArray> golden;

  @ParameterizedTest
  @CsvSource(textBlock = CASES)
  void pixelsLogitsAndSoftmaxOfInference(Variant variant, DataFormat format) throws IOException {
    load(variant);
    try (JavaNetwork network = network(variant, format, sgd(0))) {
      Map<String, NumpyArray> java = network.forward(images, labels);
      assertThat(java.get("pixels").floats()).containsExactly(keras("pixels"));
      for (String name : List.of("logits", "softmax")) {
        assertThat(Deviation.largest(java.get(name).floats(), keras("inference." + name)))
            .as(name)
            .isLessThan(1e-5);
      }
    }
  }

  @ParameterizedTest
  @CsvSource(textBlock = CASES)
  void lossAndEveryGradientOfTraining(Variant variant, DataFormat format) throws IOException {
    load(variant);
    try (JavaNetwork network = network(variant, format, sgd(0))) {
      Map<String, NumpyArray> gradients = network.gradients(images, labels);
      float[] loss = gradients.remove("loss").floats();
      assertThat(Deviation.largest(loss, keras("training.loss"))).as("loss").isLessThan(1e-5);
      assertThat(relativeDeviations(gradients, "gradient"))
          .hasSameSizeAs(gradients)
          .allSatisfy((name, deviation) -> assertThat(deviation).as(name).isLessThan(1e-4));
    }
  }

  @ParameterizedTest
  @CsvSource(textBlock = CASES)
  void movingStatisticsAfterAStep(Variant variant, DataFormat format) throws IOException {
    load(variant);
    try (JavaNetwork network = network(variant, format, sgd(0))) {
      train(network, 0);
      Map<String, NumpyArray> java = network.weights();
      java.keySet().removeIf(name -> !name.contains(".moving_"));
      assertThat(java).isNotEmpty();
      java.forEach(
          (name, values) ->
              assertThat(Deviation.largest(values.floats(), keras("training.after." + name)))
                  .as(name)
                  .isLessThan(1e-5));
    }
  }

  @ParameterizedTest
  @CsvSource(textBlock = CASES)
  void stepsOfNesterovWithDecay(Variant variant, DataFormat format) throws IOException {
    load(variant);
    assertSteps("nesterov", variant, format, sgd(keras("nesterov.decay")[0]));
  }

  @ParameterizedTest
  @CsvSource(textBlock = CASES)
  void stepsOfAdam(Variant variant, DataFormat format) throws IOException {
    load(variant);
    assertSteps("adam", variant, format, new OptimizerSettings.Adam(0.9, 0.999, 1e-7, 0, false));
  }

  private void assertSteps(
      String name, Variant variant, DataFormat format, OptimizerSettings optimizer) {
    try (JavaNetwork network = network(variant, format, optimizer)) {
      float[] losses = train(network, keras(name + ".rates"));
      assertThat(Deviation.largestRelative(losses, keras(name + ".losses")))
          .as("losses")
          .isLessThan(1e-3);
      Map<String, NumpyArray> after = network.weights();
      assertThat(relativeDeviations(after, name))
          .hasSameSizeAs(after)
          .allSatisfy((weight, deviation) -> assertThat(deviation).as(weight).isLessThan(1e-3));
    }
  }

  private void load(Variant variant) throws IOException {
    Map<String, NumpyArray> batch = NumpyFiles.golden("batch.npz");
    images = batch.get("images");
    labels = batch.get("labels");
    golden = NumpyFiles.golden("wrn-10-1-" + variant.name().toLowerCase(Locale.ROOT) + ".npz");
    golden.put("pixels", batch.get("pixels"));
  }

  private static OptimizerSettings sgd(double decay) {
    return new OptimizerSettings.Sgd(0.9, true, decay, false, false);
  }

  private JavaNetwork network(Variant variant, DataFormat format, OptimizerSettings optimizer) {
    JavaNetwork network =
        new JavaNetwork(variant.config(10, 1, 10).withDataFormat(format), optimizer);
    network.assign(goldenUnder("weight."));
    return network;
  }

  private float[] train(JavaNetwork network, float... rates) {
    return network.train(images.prepended(), labels.prepended(), rates);
  }

  private float[] keras(String name) {
    return golden.get(name).floats();
  }

  private Map<String, NumpyArray> goldenUnder(String prefix) {
    Map<String, NumpyArray> arrays = new TreeMap<>();
    golden.forEach(
        (name, array) -> {
          if (name.startsWith(prefix)) {
            arrays.put(name.substring(prefix.length()), array);
          }
        });
    return arrays;
  }

  /**
   * How far each tensor is from that of Keras, by its norm or by its samples, whichever is more.
   */
  private Map<String, Double> relativeDeviations(Map<String, NumpyArray> java, String kind) {
    Map<String, Double> deviations = new TreeMap<>();
    goldenUnder(kind + ".sample.")
        .forEach(
            (name, samples) -> {
              float[] values = java.get(name).floats();
              int[] index = golden.get("index." + name).ints();
              float[] sampled = new float[index.length];
              for (int i = 0; i < index.length; i++) {
                sampled[i] = values[index[i]];
              }
              float[] norm = {(float) Deviation.norm(values)};
              deviations.put(
                  name,
                  Math.max(
                      Deviation.relative(norm, keras(kind + ".norm." + name)),
                      Deviation.relative(sampled, samples.floats())));
            });
    return deviations;
  }
}
