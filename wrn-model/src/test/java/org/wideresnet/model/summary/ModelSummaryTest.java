package org.wideresnet.model.summary;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.wideresnet.model.Layer;
import org.wideresnet.model.Variant;
import org.wideresnet.model.WideResNet;

class ModelSummaryTest {

  @Test
  void isWhatTheKerasOriginalPrints() throws IOException {
    ModelSummary summary = new ModelSummary(WideResNet.of(Variant.KERAS.config(16, 2, 10)));
    assertThat(summary.created() + "\n" + summary.text(80))
        .isEqualTo(resource("/golden/summary-keras-16-2.txt"));
  }

  @Test
  void aWideTerminalShowsLongerNames() {
    String text = new ModelSummary(WideResNet.of(Variant.KERAS.config(16, 2, 10))).text(120);
    assertThat(text)
        .contains(
            """
            │ batch_normalization           │ (None, 32, 32, 16)        │              64 │ conv2d[0][0]               │
            │ (BatchNormalization)          │                           │                 │                            │
            """)
        .contains("┃         Param # ┃")
        .contains("│ batch_normalization_1[0][… │");
    assertThat(text.lines().mapToInt(String::length).max()).hasValue(108);
  }

  @Test
  void aNarrowTerminalBreaksTheHeadToo() {
    WideResNet network = WideResNet.of(Variant.PAPER.config(10, 1, 10));
    assertThat(new ModelSummary(network).text(50))
        .startsWith(
            """
            Model: "functional"
            ┏━━━━━━━━━━━━┳━━━━━━━━━━━┳━━━━━━━┳━━━━━━━━━━━┓
            ┃ Layer      ┃ Output    ┃ Param ┃ Connected ┃
            ┃ (type)     ┃ Shape     ┃     # ┃ to        ┃
            """)
        .isEqualTo(new ModelSummary(network).text(1));
  }

  @Test
  void countsMillionsInMegabytes() {
    assertThat(new ModelSummary(WideResNet.of(Variant.PAPER.config(28, 10, 10))).text(80))
        .endsWith(
            """
             Total params: 36,497,146 (139.23 MB)
             Trainable params: 36,479,194 (139.16 MB)
             Non-trainable params: 17,952 (70.12 KB)
            """);
  }

  @Test
  void theFirstLineNamesTheNetwork() {
    assertThat(new ModelSummary(WideResNet.of(Variant.PAPER.config(40, 4, 100))).created())
        .isEqualTo("Wide Residual Network-40-4 created.");
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "2, 2", "3, 4", "4, 10", "6, 4"})
  void theFirstLineCountsTheConvolutions(int blocksOfAGroup, int k) {
    int depth = 6 * blocksOfAGroup + 4;
    for (Variant variant : Variant.values()) {
      WideResNet network = WideResNet.of(variant.config(depth, k, 10));
      assertThat(new ModelSummary(network).created())
          .isEqualTo("Wide Residual Network-%d-%d created.", depth, k);
      assertThat(network.layers().stream().filter(layer -> layer.type() == Layer.Type.ADD))
          .as("the blocks of three groups")
          .hasSize(3 * blocksOfAGroup);
    }
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = ModelSummaryTest.class.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), UTF_8);
    }
  }
}
