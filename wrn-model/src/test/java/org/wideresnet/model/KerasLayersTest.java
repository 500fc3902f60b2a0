package org.wideresnet.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Compares the network's layers with what Keras says of the same network. */
class KerasLayersTest {

  @ParameterizedTest
  @CsvSource({
    "KERAS, 1, CHANNELS_LAST",
    "PAPER, 1, CHANNELS_LAST",
    "KERAS, 2, CHANNELS_LAST",
    "PAPER, 2, CHANNELS_LAST",
    "KERAS, 2, CHANNELS_FIRST"
  })
  void layersAreThoseOfKeras(Variant variant, int k, DataFormat format) throws IOException {
    WideResNet network = WideResNet.of(variant.config(16, k, 10).withDataFormat(format));
    String file =
        "layers-%s-16-%d-%s.json"
            .formatted(
                variant.name().toLowerCase(Locale.ROOT), k, format.name().toLowerCase(Locale.ROOT));
    JsonNode keras = golden(file);

    assertThat(network.layers())
        .extracting(
            Layer::name,
            layer -> layer.type().kerasName(),
            Layer::kerasShape,
            Layer::parameters,
            layer -> layer.inputs().stream().map(Layer::name).toList())
        .containsExactlyElementsOf(stream(keras.get("layers")).map(KerasLayersTest::row).toList());
    assertThat(network.trainableParameters()).isEqualTo(keras.get("trainable_params").asLong());
    assertThat(network.movingStatistics()).isEqualTo(keras.get("non_trainable_params").asLong());
  }

  /** Keras' rule: by falling distance from the output, then in the order of a depth-first walk. */
  @ParameterizedTest
  @CsvSource({"KERAS, 10, 1, 0", "KERAS, 28, 2, 0.3", "PAPER, 40, 1, 0.3", "PAPER, 22, 4, 0"})
  void layersStandInTheOrderOfKeras(Variant variant, int depth, int k, float dropout) {
    WideResNet network = WideResNet.of(variant.config(depth, k, 10).withDropout(dropout));
    Map<Layer, Integer> walk = new LinkedHashMap<>();
    walk(network.logits(), walk);
    Map<Layer, Integer> distance = new HashMap<>();
    List<Layer> layers = network.layers();
    for (int i = layers.size() - 1; i >= 0; i--) {
      int next = distance.getOrDefault(layers.get(i), 0) + 1;
      layers.get(i).inputs().forEach(input -> distance.merge(input, next, Math::max));
    }
    Comparator<Layer> order =
        Comparator.<Layer>comparingInt(layer -> -distance.getOrDefault(layer, 0))
            .thenComparing(walk::get);
    assertThat(layers).isSortedAccordingTo(order);
  }

  private static void walk(Layer layer, Map<Layer, Integer> walk) {
    if (walk.putIfAbsent(layer, walk.size()) == null) {
      layer.inputs().forEach(input -> walk(input, walk));
    }
  }

  private static Tuple row(JsonNode layer) {
    List<String> shape = stream(layer.get("output_shape")).map(JsonNode::asText).toList();
    return tuple(
        layer.get("name").asText(),
        layer.get("type").asText(),
        "(" + String.join(", ", shape).replace("null", "None") + ")",
        layer.get("params").asLong(),
        stream(layer.get("inbound")).map(JsonNode::asText).toList());
  }

  private static Stream<JsonNode> stream(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }

  private static JsonNode golden(String file) throws IOException {
    try (InputStream in = KerasLayersTest.class.getResourceAsStream("/golden/" + file)) {
      assertThat(in).as(file).isNotNull();
      return new ObjectMapper().readTree(in);
    }
  }
}
