package org.wideresnet.model.weights;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wideresnet.model.DataFormat;
import org.wideresnet.model.Variant;
import org.wideresnet.model.WideResNet;

/** Compares the description of the model with the one that Keras wrote of the same model. */
class KerasModelJsonTest {
  @TempDir Path temp;

  @Test
  void saysWhatKerasSays() throws IOException {
    JsonNode keras;
    Path file = KerasFixtures.unpack("keras3.keras", temp);
    try (ZipFile archive = new ZipFile(file.toFile())) {
      keras = new ObjectMapper().readTree(archive.getInputStream(archive.getEntry("config.json")));
    }
    JsonNode java = new ObjectMapper().readTree(KerasModelJson.of(KerasFixtures.NETWORK));
    assertThat(java.at("/config/layers")).hasSameSizeAs(keras.at("/config/layers"));
    assertContains(keras, java, "");
  }

  /** What Java says, Keras has to say; Keras says more, which is its defaults. */
  private static void assertContains(JsonNode keras, JsonNode java, String path) {
    if (java.isObject()) {
      java.properties()
          .forEach(
              entry ->
                  assertContains(
                      keras.path(entry.getKey()), entry.getValue(), path + "/" + entry.getKey()));
    } else if (java.isArray()) {
      assertThat(keras).as(path).hasSameSizeAs(java);
      for (int i = 0; i < java.size(); i++) {
        assertContains(keras.get(i), java.get(i), path + "/" + i);
      }
    } else if (java.isNumber()) {
      assertThat(keras.asDouble(Double.NaN)).as(path).isEqualTo(java.asDouble());
    } else {
      assertThat(keras).as(path).isEqualTo(java);
    }
  }

  @Test
  void knowsDropoutAndTheOrderOfTheInput() throws IOException {
    WideResNet network =
        WideResNet.of(
            Variant.PAPER
                .config(10, 2, 5)
                .withDropout(0.3f)
                .withDataFormat(DataFormat.CHANNELS_FIRST));
    JsonNode layers = new ObjectMapper().readTree(KerasModelJson.of(network)).at("/config/layers");
    assertThat(layers.at("/0/config/batch_shape").toString()).isEqualTo("[null,3,32,32]");
    assertThat(layers.at("/2/config/axis").asInt()).isEqualTo(1);
    assertThat(layers.at("/2/config/momentum").asDouble()).isEqualTo(0.9);
    assertThat(layers.findValuesAsText("rate")).containsExactly("0.3", "0.3", "0.3");
    assertThat(layers.findValuesAsText("data_format")).containsOnly("channels_first");
  }
}
