package org.wideresnet.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.GraphOperation;
import org.tensorflow.Result;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.types.TUint8;
import org.wideresnet.export.graph.Signatures;
import org.wideresnet.export.graph.Tensors;
import org.wideresnet.export.load.ImageModel;
import org.wideresnet.export.write.SamplePictures;
import org.wideresnet.model.Normalization;
import org.wideresnet.model.Precision;
import org.wideresnet.model.Variant;
import org.wideresnet.model.convolution.ConvolutionAlgorithm;

/** Exports with a temperature, in bfloat16, in Winograd's form, and what is said of them. */
class ExportVariantsTest {
  private static final int COUNT = 9;
  private static final byte[] PIXELS = SamplePictures.pixels(COUNT);

  @TempDir Path temp;
  private Path checkpoint;
  private float[][] plain;

  @BeforeEach
  void exportPlain() throws IOException {
    checkpoint = TestModels.checkpoint(temp.resolve("checkpoint"), TestModels.WRN_10_1);
    plain = probabilities(export(ExportOptions.DEFAULT));
  }

  private Path export(ExportOptions options) throws IOException {
    return SavedModelExporter.export(checkpoint, temp.resolve("models"), options).folder();
  }

  private static float[][] probabilities(Path folder) throws IOException {
    try (ImageClassifier classifier = ImageClassifier.load(folder)) {
      return classifier.probabilities(PIXELS, COUNT);
    }
  }

  @Test
  void aTemperatureSoftensAllAnswersButThatOfKeras() throws IOException {
    Path folder = export(ExportOptions.DEFAULT.with(new Calibration(2, 500, 0.2, 0.03)));
    float[][] calibrated = probabilities(folder);
    try (ImageModel keras =
        ImageModel.load(folder, Optional.of(Normalization.PAPER_CIFAR10), false)) {
      float[][] ofKeras = keras.probabilities(PIXELS, COUNT);
      for (int i = 0; i < COUNT; i++) {
        double sum = 0;
        for (float probability : plain[i]) {
          sum += Math.sqrt(probability);
        }
        for (int classId = 0; classId < 10; classId++) {
          assertThat(calibrated[i][classId])
              .isCloseTo((float) (Math.sqrt(plain[i][classId]) / sum), within(1e-5f));
        }
        assertThat(ofKeras[i]).containsExactly(plain[i], within(1e-5f));
      }
    }
    JsonNode calibration =
        new ObjectMapper().readTree(folder.resolve("export.json").toFile()).path("calibration");
    assertThat(calibration)
        .hasToString("{\"temperature\":2.0,\"images\":500,\"ece_before\":0.2,\"ece_after\":0.03}");
    assertThat(folder.resolve(ModelCard.FILE))
        .content()
        .contains("temperature 2.000, fitted on 500 validation images", "0.2000 before, 0.0300");
  }

  @Test
  void refusesTemperaturesThatAreNone() {
    for (double temperature : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> new Calibration(temperature, 1, 0, 0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("The temperature is " + temperature + "; it must be positive.");
    }
  }

  @Test
  void convolutionsButTheFirstAreInBfloat16() throws IOException {
    Path folder =
        export(new ExportOptions(null, 0, Precision.BF16, ConvolutionAlgorithm.DIRECT, null, null));
    List<DataType> types;
    try (SavedModelBundle bundle = SavedModelBundle.load(folder.toString(), "serve")) {
      types =
          bundle.metaGraphDef().getGraphDef().getNodeList().stream()
              .filter(node -> node.getOp().equals("Conv2D"))
              .map((NodeDef node) -> node.getAttrOrThrow("T").getType())
              .toList();
    }
    assertThat(types).filteredOn(DataType.DT_FLOAT::equals).hasSize(1);
    assertThat(types).filteredOn(DataType.DT_BFLOAT16::equals).hasSize(types.size() - 1);
    float[][] rounded = probabilities(folder);
    for (int i = 0; i < COUNT; i++) {
      assertThat(rounded[i]).isNotEqualTo(plain[i]).containsExactly(plain[i], within(0.05f));
    }
    assertThat(folder.resolve(ModelCard.FILE)).content().contains("convolutions in bf16, direct");
  }

  @Test
  void wideConvolutionsAreInWinogradsForm() throws IOException {
    checkpoint = TestModels.checkpoint(temp.resolve("wide"), Variant.PAPER.config(10, 2, 10));
    Path direct = export(ExportOptions.DEFAULT);
    Path winograd =
        export(
            new ExportOptions(null, 0, Precision.FP32, ConvolutionAlgorithm.WINOGRAD, null, null));
    try (Loaded ofDirect = new Loaded(direct);
        Loaded ofWinograd = new Loaded(winograd)) {
      // Of 128 channels and stride 1 there is one convolution, the last.
      assertThat(ofDirect.count("Conv2D") - ofWinograd.count("Conv2D")).isEqualTo(1);
      assertThat(ofWinograd.count("BatchMatMulV2")).isEqualTo(1);
      float[] expected = ofDirect.logits();
      assertThat(ofWinograd.logits())
          .isNotEqualTo(expected)
          .containsExactly(expected, within(1e-4f));
    }
    assertThat(winograd.resolve(ModelCard.FILE)).content().contains("in fp32, winograd");
  }

  /** An export whose logits can be asked for, which no signature has. */
  private static final class Loaded implements AutoCloseable {
    private final SavedModelBundle bundle;

    Loaded(Path folder) {
      bundle = SavedModelBundle.load(folder.toString(), "serve");
    }

    long count(String op) {
      return bundle.metaGraphDef().getGraphDef().getNodeList().stream()
          .filter(node -> node.getOp().equals(op))
          .count();
    }

    float[] logits() {
      GraphOperation softmax = bundle.graph().operationOrThrow(Signatures.PROBABILITIES);
      try (TUint8 pixels = Tensors.pixels(PIXELS, COUNT);
          Result logits =
              bundle
                  .session()
                  .runner()
                  .feed(Signatures.IMAGE, pixels)
                  .fetch(softmax.input(0))
                  .run()) {
        return Tensors.values(logits.get(0));
      }
    }

    @Override
    public void close() {
      bundle.close();
    }
  }

  @Test
  void refusesFloat16() {
    assertThatThrownBy(
            () ->
                new ExportOptions(null, 0, Precision.FP16, ConvolutionAlgorithm.DIRECT, null, null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("--precision fp16 is for training", "fp32 or bf16");
  }

  @Test
  void refusesWinogradsConvolutionsInBfloat16() {
    assertThatThrownBy(
            () ->
                new ExportOptions(
                    null, 0, Precision.BF16, ConvolutionAlgorithm.WINOGRAD, null, null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("in fp32 only");
  }

  @Test
  void theCardSaysWhatIsKnown() throws IOException {
    Path folder =
        export(
            ExportOptions.DEFAULT.with(
                new ExportOptions.Training("my-run", "name: quick\n", "0.1.0")));
    assertThat(folder.resolve(ModelCard.FILE))
        .content()
        .startsWith("# WRN-10-1 on generated\n")
        .contains(
            "| accuracy | 75.00 % of the test set |",
            "SHA-256 `0123abcd`",
            "390 steps, 1 epochs, run `my-run`, version 0.1.0",
            "class 0, class 1, class 2",
            "```yaml\nname: quick\n```",
            "| calibration | none |",
            "TensorFlow 2.18.0");
    JsonNode description = new ObjectMapper().readTree(folder.resolve("export.json").toFile());
    assertThat(description.path("run").asText()).isEqualTo("my-run");
    assertThat(description.path("revision").asText(null)) // of a build from a repository
        .satisfiesAnyOf(
            revision -> assertThat(revision).isNull(),
            revision -> assertThat(revision).matches("[0-9a-f]{40}(-dirty)?"));
    assertThat(description.path("precision").asText()).isEqualTo("fp32");
    assertThat(Files.readString(temp.resolve("models/1").resolve(ModelCard.FILE)))
        .contains("## Recipe\n\nNot known.");
  }
}
