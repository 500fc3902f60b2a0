package org.wideresnet.model.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Graph;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.wideresnet.model.ForwardPass;
import org.wideresnet.model.Normalization;
import org.wideresnet.model.variables.NamedTensors;
import org.wideresnet.model.variables.Variables;

/** Reads files that Keras wrote, and compares weights and logits with what Keras said. */
class KerasFixturesTest {
  private static JsonNode expected;

  @TempDir Path temp;

  @BeforeAll
  static void readExpected() throws IOException {
    try (InputStream in = KerasFixturesTest.class.getResourceAsStream("/keras/expected.json")) {
      expected = new ObjectMapper().readTree(in);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"keras3.weights.h5", "keras3.keras", "keras3.h5", "keras2.h5"})
  void readsEveryBitOfWhatKerasWrote(String name) throws IOException {
    Path file = KerasFixtures.unpack(name, temp);
    try (NamedTensors weights = KerasWeights.read(file, KerasFixtures.NETWORK)) {
      assertThat(weights.asMap().keySet())
          .containsExactlyElementsOf(
              KerasFixtures.NETWORK.weights().stream().map(weight -> weight.name()).toList());
      assertThat(KerasFixtures.sha256(weights)).isEqualTo(expected.get("sha256").asText());
    }
  }

  @Test
  void givesTheLogitsThatKerasGave() throws IOException {
    Path file = KerasFixtures.unpack("keras2.h5", temp);
    try (NamedTensors weights = KerasWeights.read(file, KerasFixtures.NETWORK);
        TFloat32 logits = logits(weights)) {
      for (int image = 0; image < expected.get("logits").size(); image++) {
        for (int label = 0; label < 10; label++) {
          float value = expected.get("logits").get(image).get(label).floatValue();
          assertThat(logits.getFloat(image, label)).isCloseTo(value, within(1e-5f));
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"back.weights.h5", "back.keras", "back.h5"})
  void goesThroughACheckpointAndBackWithoutLosingABit(String name) throws IOException {
    Path folder = temp.resolve("step-000000");
    ModelDescription description =
        ModelDescription.untrained(
            KerasFixtures.NETWORK.config(), Normalization.NONE, Collections.nCopies(10, "class"));
    Path file = KerasFixtures.unpack("keras3.weights.h5", temp);
    try (NamedTensors weights = KerasWeights.read(file, KerasFixtures.NETWORK)) {
      Checkpoint.write(folder, description, weights.asMap(), Map.of());
    }
    Path back = temp.resolve(name);
    List<String> names = KerasFixtures.NETWORK.weights().stream().map(w -> w.name()).toList();
    try (NamedTensors weights = Checkpoint.open(folder).read(names)) {
      KerasWeights.write(back, KerasFixtures.NETWORK, weights);
    }
    try (NamedTensors weights = KerasWeights.read(back, KerasFixtures.NETWORK)) {
      assertThat(KerasFixtures.sha256(weights)).isEqualTo(expected.get("sha256").asText());
    }
  }

  private static TFloat32 logits(NamedTensors weights) {
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      Ops tf = Ops.create(graph);
      Variables variables = new Variables(tf, KerasFixtures.NETWORK.weights(), 1);
      variables.assign(session, weights.asMap());
      Result result =
          session
              .runner()
              .fetch(
                  ForwardPass.inference(
                          tf, KerasFixtures.NETWORK, variables, tf.constant(inputs(4)))
                      .logits())
              .run();
      return (TFloat32) result.get(0);
    }
  }

  /** The numbers of the script. */
  private static TFloat32 inputs(int images) {
    float[] values = new float[images * 32 * 32 * 3];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (i * 7919L % 511) / 255f - 1f;
    }
    return TFloat32.tensorOf(Shape.of(images, 32, 32, 3), DataBuffers.of(values));
  }
}
