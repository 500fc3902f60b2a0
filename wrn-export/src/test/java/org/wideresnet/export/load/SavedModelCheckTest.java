package org.wideresnet.export.load;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Session;
import org.tensorflow.Signature;
import org.tensorflow.ndarray.NdArrays;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.CollectionDef;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;
import org.tensorflow.types.TFloat32;
import org.wideresnet.export.ExportOptions;
import org.wideresnet.export.SavedModelExporter;
import org.wideresnet.export.TestModels;
import org.wideresnet.model.Variant;

/** Damaged models, and models that do what a classifier does not. */
class SavedModelCheckTest {
  @TempDir Path temp;
  private Path folder;
  private Path secret;

  @BeforeEach
  void nameFiles() {
    folder = temp.resolve("model");
    secret = temp.resolve("secret.txt");
  }

  @Test
  void anExportOfWhichABitHasChangedIsNotLoaded() throws IOException {
    Path checkpoint =
        TestModels.checkpoint(temp.resolve("checkpoint"), Variant.PAPER.config(10, 4, 10));
    Path export =
        SavedModelExporter.export(checkpoint, temp.resolve("models"), ExportOptions.DEFAULT)
            .folder();
    for (String name : new String[] {"saved_model.pb", "variables/variables.index"}) {
      Path file = export.resolve(name);
      byte[] bytes = Files.readAllBytes(file);
      for (int at = 0; at < bytes.length; at += bytes.length / 7) {
        bytes[at] ^= 1;
        Files.write(file, bytes);
        assertThatThrownBy(() -> LoadedModel.load(export, true))
            .as(name + " at " + at)
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessage(
                "The folder %s holds no SavedModel that TensorFlow can load: it is damaged; graph"
                    + " and variables do not have the fingerprint in export.json.",
                export);
        bytes[at] ^= 1;
      }
      Files.write(file, bytes);
    }
    LoadedModel.load(export, false).close();
    Files.delete(export.resolve("export.json")); // so it is a model of others
    LoadedModel.load(export, false).close();
    Path index = export.resolve("variables/variables.index");
    byte[] bytes = Files.readAllBytes(index);
    bytes[bytes.length - 47] ^= 64;
    Files.write(index, bytes);
    assertThatThrownBy(() -> LoadedModel.load(export, true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("The file %s is damaged: ", index);
  }

  @Test
  void constantsThatDoNotFitTheirBytesAreRefused() throws IOException {
    write(tf -> {});
    byte[] good = Files.readAllBytes(folder.resolve("saved_model.pb"));
    refuses(good, value -> value.setDtypeValue(77), "is not of the type that it says");
    refuses(good, value -> value.setDtype(DataType.DT_INT64), "is not of the type that it says");
    refuses(good, value -> value.setTensorShape(shape(3)), "does not fit its bytes");
    refuses(good, value -> value.setTensorShape(shape(-2)), "has a shape that none can have");
    refuses(
        good,
        value -> value.clearTensorContent().setTensorShape(shape(1L << 40)),
        "has a shape that none can have");
    refuses(
        good,
        value -> value.setTensorShape(shape(1L << 32, 1L << 32)),
        "has a shape that none can have");
  }

  @Test
  void anUnknownTypeIsRefused() throws IOException {
    write(tf -> {});
    change(
        model ->
            model.getMetaGraphsBuilder(0).getGraphDefBuilder().getNodeBuilderList().stream()
                .filter(node -> node.getOp().equals("Placeholder"))
                .forEach(
                    node ->
                        node.putAttr("dtype", AttrValue.newBuilder().setTypeValue(77).build())));
    assertThatThrownBy(() -> LoadedModel.load(folder, true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("has the unknown value 77");
  }

  @Test
  void anOpThatWritesFilesNeedsTrust() throws IOException {
    write(tf -> tf.io.writeFile(tf.constant(secret.toString()), tf.constant("written")));
    assertThatThrownBy(() -> LoadedModel.load(folder, false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "The SavedModel %s has the op WriteFile ('WriteFile'), which no classifier needs and"
                + " which may reach files, processes or the network; load it with --trust if you"
                + " know who made it.",
            folder);
    LoadedModel.load(folder, true).close();
  }

  @Test
  void anOpInsideAFunctionIsFound() throws IOException {
    write(tf -> {});
    change(
        model -> {
          model
              .getMetaGraphsBuilder(0)
              .getGraphDefBuilder()
              .getLibraryBuilder()
              .addFunction(
                  FunctionDef.newBuilder()
                      .addNodeDef(NodeDef.newBuilder().setName("inner").setOp("PyFuncStateless")));
        });
    assertThatThrownBy(() -> LoadedModel.load(folder, false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("has the op PyFuncStateless ('inner')");
  }

  @Test
  void savingIsForTheSaverAlone() throws IOException {
    write(
        tf ->
            tf.withName("leak")
                .train
                .save(
                    tf.constant(secret.toString()),
                    tf.constant(NdArrays.vectorOfObjects("a")),
                    tf.constant(NdArrays.vectorOfObjects("")),
                    List.of(tf.constant(1f))));
    // Nothing runs it, as nothing runs the ops of a saver.
    LoadedModel.load(folder, false).close();
    change(
        model ->
            model.getMetaGraphsBuilder(0).getGraphDefBuilder().getNodeBuilderList().stream()
                .filter(node -> node.getOp().equals("Identity"))
                .forEach(node -> node.addInput("^leak")));
    assertThatThrownBy(() -> LoadedModel.load(folder, false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("has the op SaveV2 ('leak')");
  }

  @Test
  void restoringIsFromTheModelsOwnFilesOnly() throws IOException {
    Path checkpoint =
        TestModels.checkpoint(temp.resolve("checkpoint"), Variant.PAPER.config(10, 4, 10));
    folder =
        SavedModelExporter.export(checkpoint, temp.resolve("models"), ExportOptions.DEFAULT)
            .folder();
    Files.delete(folder.resolve("export.json"));
    change(
        model ->
            model
                .getMetaGraphsBuilder(0)
                .getGraphDefBuilder()
                .getNodeBuilderList()
                .forEach(
                    node -> {
                      if (node.getOp().equals("RestoreV2")) {
                        node.setInput(0, "labels_asset");
                      }
                    }));
    assertThatThrownBy(() -> LoadedModel.load(folder, false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("has the op RestoreV2");
  }

  @Test
  void aTrialSaysWhyAModelCannotBeLoaded() throws IOException {
    write(tf -> {});
    LoadTrial.run(folder, false);
    change(model -> model.getMetaGraphsBuilder(0).getMetaInfoDefBuilder().clearTags());
    assertThatThrownBy(() -> LoadTrial.run(folder, true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("The folder %s holds no SavedModel that TensorFlow can", folder);
  }

  @Test
  void aModelThatEndsItsProcessEndsTheTrialOnly() throws IOException {
    write(tf -> tf.withName("end").abort());
    change(
        model ->
            model
                .getMetaGraphsBuilder(0)
                .putCollectionDef(
                    "saved_model_main_op",
                    CollectionDef.newBuilder()
                        .setNodeList(CollectionDef.NodeList.newBuilder().addValue("end"))
                        .build()));
    assertThatThrownBy(() -> LoadTrial.run(folder, true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "The SavedModel %s ended the process that tried to load it (exit code", folder);
    assertThatThrownBy(() -> LoadTrial.run(folder, false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("has the op Abort ('end')");
  }

  private void refuses(byte[] good, Consumer<TensorProto.Builder> change, String reason)
      throws IOException {
    Files.write(folder.resolve("saved_model.pb"), good);
    change(
        model ->
            model.getMetaGraphsBuilder(0).getGraphDefBuilder().getNodeBuilderList().stream()
                .filter(node -> node.getOp().equals("Const"))
                .filter(node -> node.getAttrOrThrow("value").getTensor().getDtypeValue() == 3)
                .limit(1)
                .forEach(
                    node -> {
                      TensorProto.Builder value =
                          node.getAttrOrThrow("value").getTensor().toBuilder();
                      change.accept(value);
                      node.putAttr(
                          "value",
                          node.getAttrOrThrow("value").toBuilder().setTensor(value).build());
                    }));
    assertThatThrownBy(() -> LoadedModel.load(folder, true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("The folder %s holds no SavedModel", folder)
        .hasMessageContaining(reason);
  }

  private void change(Consumer<SavedModel.Builder> change) throws IOException {
    Path file = folder.resolve("saved_model.pb");
    SavedModel.Builder model;
    try (InputStream in = Files.newInputStream(file)) {
      model = SavedModel.parseFrom(in).toBuilder();
    }
    change.accept(model);
    Files.write(file, model.build().toByteArray());
  }

  /** Writes a model whose answer is the values of its input, with further ops. */
  private void write(Consumer<Ops> more) {
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      Ops tf = Ops.create(graph);
      Placeholder<TFloat32> input =
          tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1, 2)));
      Operand<TFloat32> rows = tf.identity(tf.reshape(input, tf.constant(new int[] {-1, 2})));
      more.accept(tf);
      try {
        SavedModelBundle.exporter(folder.toString())
            .withSession(session)
            .withSignature(Signature.builder("rows").input("x", input).output("rows", rows).build())
            .export();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static TensorShapeProto shape(long... sizes) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (long size : sizes) {
      shape.addDim(TensorShapeProto.Dim.newBuilder().setSize(size));
    }
    return shape.build();
  }
}
