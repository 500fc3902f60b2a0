package org.wideresnet.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.TensorFlow;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;
import org.wideresnet.model.DataFormat;
import org.wideresnet.model.Normalization;
import org.wideresnet.model.Variant;
import org.wideresnet.model.WideResNetConfig;

class SavedModelExporterTest {
  @TempDir Path temp;
  private Path dir;

  @BeforeEach
  void nameDir() {
    dir = temp.resolve("models");
  }

  static Stream<WideResNetConfig> networks() {
    return Stream.of(
        TestModels.WRN_10_1,
        Variant.PAPER.config(16, 2, 100).withDropout(0.3f),
        Variant.PAPER.config(10, 4, 10),
        Variant.KERAS.config(16, 1, 10).withDropout(0.3f),
        Variant.KERAS.config(10, 2, 10).withDataFormat(DataFormat.CHANNELS_FIRST));
  }

  @ParameterizedTest
  @MethodSource("networks")
  void answersAsTheCheckpointDoes(WideResNetConfig config) throws IOException {
    ExportedModel exported = export(config, ExportOptions.DEFAULT);
    assertThat(exported.folder()).isEqualTo(dir.resolve("1"));
    assertThat(exported.version()).isEqualTo(1);
    assertThat(exported.maxAbsDifference()).isBetween(0.0, 1e-5);
    assertThat(exported.fingerprint()).hasSize(64);
    assertThat(exported.bytes()).isGreaterThan(Files.size(dir.resolve("1/saved_model.pb")));
    assertThat(Files.readAllLines(dir.resolve("1/assets/labels.txt")))
        .hasSize(config.classes())
        .startsWith("class 0", "class 1");
    assertThat(dir.toFile().list()).containsExactly("1");
    assertThat(dir.resolve("1").toFile().list())
        .contains("assets", "assets.extra", "export.json", "saved_model.pb");
  }

  @Test
  void keepsLargeWeightsInVariables() throws IOException {
    Path folder = export(Variant.PAPER.config(10, 4, 10), ExportOptions.DEFAULT).folder();
    assertThat(folder.resolve("variables/variables.index")).exists();
    MetaGraphDef model = metaGraph(folder);
    List<String> variables =
        model.getGraphDef().getNodeList().stream()
            .filter(node -> node.getOp().equals("VarHandleOp"))
            .map(node -> node.getAttrOrThrow("shared_name").getS().toStringUtf8())
            .toList();
    assertThat(variables).containsExactly("conv2d_7/kernel", "conv2d_8/kernel");
    assertThat(model.getSaverDef().getRestoreOpName()).isEqualTo("restore/all");
    assertThat(model.getCollectionDefOrThrow("variables").getBytesList().getValueCount())
        .isEqualTo(2);
    assertThat(Files.size(folder.resolve("saved_model.pb"))).isLessThan(3 << 20);
  }

  @Test
  void normalisesPixelsOfEveryKind() throws IOException {
    Normalization none = Normalization.NONE;
    Path checkpoint = TestModels.checkpoint(temp.resolve("c"), TestModels.WRN_10_1, none, 0.01f);
    assertThat(SavedModelExporter.export(checkpoint, dir, ExportOptions.DEFAULT).maxAbsDifference())
        .isLessThanOrEqualTo(1e-5);
  }

  @Test
  void hasTheSignaturesThatServingNeeds() throws IOException {
    MetaGraphDef model = metaGraph(export(TestModels.WRN_10_1, ExportOptions.DEFAULT).folder());
    assertThat(model.getMetaInfoDef().getTagsList()).containsExactly("serve");
    assertThat(model.getSignatureDefMap())
        .containsOnlyKeys("serving_default", "image_bytes", "features", "keras", "classify");
    model
        .getSignatureDefMap()
        .forEach(
            (name, signature) ->
                assertThat(signature.getMethodName())
                    .isEqualTo(
                        "tensorflow/serving/" + (name.equals("classify") ? name : "predict")));

    SignatureDef serving = model.getSignatureDefOrThrow("serving_default");
    assertThat(serving.getInputsMap()).containsOnlyKeys("image");
    assertInfo(serving.getInputsOrThrow("image"), DataType.DT_UINT8, -1, 32, 32, 3);
    SignatureDef bytes = model.getSignatureDefOrThrow("image_bytes");
    assertThat(bytes.getInputsMap()).containsOnlyKeys("image_bytes");
    assertInfo(bytes.getInputsOrThrow("image_bytes"), DataType.DT_STRING, -1);
    for (SignatureDef signature : List.of(serving, bytes)) {
      assertThat(signature.getOutputsMap()).containsOnlyKeys("probabilities", "class_id", "label");
      assertInfo(signature.getOutputsOrThrow("probabilities"), DataType.DT_FLOAT, -1, 10);
      assertInfo(signature.getOutputsOrThrow("class_id"), DataType.DT_INT64, -1);
      assertInfo(signature.getOutputsOrThrow("label"), DataType.DT_STRING, -1);
    }
    SignatureDef features = model.getSignatureDefOrThrow("features");
    assertInfo(features.getInputsOrThrow("image"), DataType.DT_UINT8, -1, 32, 32, 3);
    assertInfo(features.getOutputsOrThrow("features"), DataType.DT_FLOAT, -1, 64);
    SignatureDef keras = model.getSignatureDefOrThrow("keras");
    assertInfo(keras.getInputsOrThrow("image"), DataType.DT_FLOAT, -1, 32, 32, 3);
    assertInfo(keras.getOutputsOrThrow("probabilities"), DataType.DT_FLOAT, -1, 10);
    SignatureDef classify = model.getSignatureDefOrThrow("classify");
    assertInfo(classify.getInputsOrThrow("inputs"), DataType.DT_STRING, -1);
    assertInfo(classify.getOutputsOrThrow("classes"), DataType.DT_STRING, -1, 10);
    assertInfo(classify.getOutputsOrThrow("scores"), DataType.DT_FLOAT, -1, 10);
  }

  @Test
  void takesKerasInputInTheLayoutOfTheNetwork() throws IOException {
    WideResNetConfig config = TestModels.WRN_10_1.withDataFormat(DataFormat.CHANNELS_FIRST);
    MetaGraphDef model = metaGraph(export(config, ExportOptions.DEFAULT).folder());
    assertInfo(
        model.getSignatureDefOrThrow("keras").getInputsOrThrow("image"),
        DataType.DT_FLOAT,
        -1,
        3,
        32,
        32);
    assertInfo(
        model.getSignatureDefOrThrow("serving_default").getInputsOrThrow("image"),
        DataType.DT_UINT8,
        -1,
        32,
        32,
        3);
  }

  @Test
  void holdsOpsOfInferenceOnlyAndTheLabelsAsAsset() throws IOException {
    WideResNetConfig config = Variant.KERAS.config(16, 1, 10).withDropout(0.3f);
    MetaGraphDef model = metaGraph(export(config, ExportOptions.DEFAULT).folder());
    List<String> ops =
        model.getGraphDef().getNodeList().stream().map(node -> node.getOp()).toList();
    assertThat(ops.stream().filter("Conv2D"::equals)).hasSize(1 + 12 + 3);
    // Batch norms that follow a sum, in front of each group's second block and at its end; and the
    // normalisation.
    assertThat(ops.stream().filter("Mul"::equals)).hasSize(3 + 3 + 1);
    assertThat(ops)
        .doesNotContain("FusedBatchNormV3", "VarHandleOp")
        .noneMatch(op -> op.contains("Random") || op.contains("Assign"));
    assertThat(model.getAssetFileDefList()).hasSize(1);
    assertThat(model.getAssetFileDef(0).getFilename()).isEqualTo("labels.txt");
    assertThat(model.getAssetFileDef(0).getTensorInfo().getName()).isEqualTo("labels_asset:0");
    assertThat(model.getCollectionDefOrThrow("saved_model_assets").getAnyList().getValueCount())
        .isEqualTo(1);
  }

  @Test
  void saysWhatItWasMadeFrom() throws IOException {
    ExportedModel exported = export(TestModels.WRN_10_1, ExportOptions.DEFAULT);
    JsonNode json = new ObjectMapper().readTree(exported.folder().resolve("export.json").toFile());
    assertThat(json.get("model").asText()).isEqualTo("WRN-10-1");
    assertThat(json.get("variant").asText()).isEqualTo("paper");
    assertThat(json.get("input_layout").asText()).isEqualTo("channels_last");
    assertThat(json.get("checkpoint").asText()).isEqualTo(temp.resolve("checkpoint").toString());
    assertThat(json.get("step").asInt()).isEqualTo(390);
    assertThat(json.get("test_accuracy").asDouble()).isEqualTo(0.75);
    assertThat(json.get("data").asText()).isEqualTo("generated");
    assertThat(json.get("data_checksum").asText()).isEqualTo("0123abcd");
    assertThat(json.get("max_abs_difference").asDouble()).isEqualTo(exported.maxAbsDifference());
    assertThat(json.get("fingerprint").asText()).isEqualTo(exported.fingerprint());
    assertThat(json.get("tensorflow").asText()).isEqualTo(TensorFlow.version());
    ExportedModel again = export(TestModels.WRN_10_1, ExportOptions.DEFAULT);
    assertThat(again.fingerprint()).isEqualTo(exported.fingerprint());
  }

  @Test
  void numbersVersionsAndKeepsTheNewest() throws IOException {
    export(TestModels.WRN_10_1, ExportOptions.DEFAULT);
    export(TestModels.WRN_10_1, new ExportOptions(9L, 0));
    assertThat(export(TestModels.WRN_10_1, ExportOptions.DEFAULT).version()).isEqualTo(10);
    assertThat(dir.toFile().list()).containsExactlyInAnyOrder("1", "9", "10");
    assertThat(export(TestModels.WRN_10_1, new ExportOptions(null, 2)).version()).isEqualTo(11);
    assertThat(dir.toFile().list()).containsExactlyInAnyOrder("10", "11");
    assertThat(export(TestModels.WRN_10_1, new ExportOptions(3L, 1)).version()).isEqualTo(3);
    assertThat(dir.toFile().list()).containsExactlyInAnyOrder("3", "11");
    assertThatThrownBy(() -> export(TestModels.WRN_10_1, new ExportOptions(11L, 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("The folder %s holds version 11 already; the next one is 12.", dir);
    assertThat(dir.toFile().list()).containsExactlyInAnyOrder("3", "11");
  }

  @Test
  void leavesNothingOfAnExportThatAnswersDifferently() throws IOException {
    export(TestModels.WRN_10_1, ExportOptions.DEFAULT);
    Path broken =
        TestModels.checkpoint(
            temp.resolve("nan"), TestModels.WRN_10_1, Normalization.PAPER_CIFAR10, Float.NaN);
    assertThatThrownBy(() -> SavedModelExporter.export(broken, dir, new ExportOptions(null, 1)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("differ from the checkpoint's by NaN");
    assertThat(dir.toFile().list()).containsExactly("1");
    Path other = temp.resolve("other");
    assertThatThrownBy(() -> SavedModelExporter.export(broken, other, ExportOptions.DEFAULT))
        .isInstanceOf(IOException.class);
    assertThat(other).doesNotExist();
  }

  @Test
  void takesTheRestOfAnInterruptedExportAway() throws IOException {
    Files.createDirectories(dir.resolve(".1.unfinished/assets"));
    export(TestModels.WRN_10_1, ExportOptions.DEFAULT);
    assertThat(dir.toFile().list()).containsExactly("1");
  }

  @Test
  void refusesAFolderThatHoldsSomethingElse() throws IOException {
    Files.createDirectories(dir);
    Files.writeString(dir.resolve("thesis.tex"), "");
    assertThatThrownBy(() -> export(TestModels.WRN_10_1, ExportOptions.DEFAULT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "The folder %s holds 'thesis.tex', which is not an exported version; name a new or empty"
                + " folder.",
            dir);
    Path file = Files.createFile(temp.resolve("file"));
    Path checkpoint = TestModels.checkpoint(temp.resolve("c"), TestModels.WRN_10_1);
    assertThatThrownBy(() -> SavedModelExporter.export(checkpoint, file, ExportOptions.DEFAULT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("An export needs a folder, but %s is a file.", file);
    assertThatThrownBy(() -> SavedModelExporter.export(dir, temp, ExportOptions.DEFAULT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is not a checkpoint");
  }

  @Test
  void refusesVersionsThatAreNone() {
    assertThatThrownBy(() -> new ExportOptions(0L, 0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new ExportOptions(null, -1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private ExportedModel export(WideResNetConfig config, ExportOptions options) throws IOException {
    Path checkpoint = TestModels.checkpoint(temp.resolve("checkpoint"), config);
    return SavedModelExporter.export(checkpoint, dir, options);
  }

  private static MetaGraphDef metaGraph(Path savedModel) {
    try (SavedModelBundle bundle = SavedModelBundle.load(savedModel.toString(), "serve")) {
      return bundle.metaGraphDef();
    }
  }

  private static void assertInfo(TensorInfo info, DataType type, long... shape) {
    assertThat(info.getDtype()).isEqualTo(type);
    assertThat(info.getTensorShape().getDimList().stream().mapToLong(dim -> dim.getSize()))
        .containsExactly(Arrays.stream(shape).boxed().toArray(Long[]::new));
  }
}
