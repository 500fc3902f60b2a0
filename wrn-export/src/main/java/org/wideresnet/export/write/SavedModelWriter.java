package org.wideresnet.export.write;

import com.google.protobuf.Any;
import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.tensorflow.TensorFlow;
import org.tensorflow.proto.AssetFileDef;
import org.tensorflow.proto.CollectionDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.TensorInfo;
import org.wideresnet.export.graph.ServingGraph;
import org.wideresnet.export.load.SavedModelFolder;
import org.wideresnet.model.Precision;
import org.wideresnet.model.convolution.ConvolutionAlgorithm;
import org.wideresnet.model.variables.NamedTensors;
import org.wideresnet.model.weights.Checkpoint;
import org.wideresnet.model.weights.ModelDescription;

/** Writes the files of a version that TensorFlow reads. */
public final class SavedModelWriter {
  private static final String ASSETS_COLLECTION = "saved_model_assets";

  private SavedModelWriter() {}

  /**
   * Writes graph, weights, labels and warm-up requests for the model of a checkpoint.
   *
   * @param folder the folder of the version; made where it does not exist
   * @param precision the number format of the convolutions
   * @param convolutions how wide 3x3 convolutions in float32 are computed
   * @param temperature what the logits are divided by
   * @throws IOException if a file cannot be written
   */
  public static void write(
      Path folder,
      Checkpoint source,
      Precision precision,
      ConvolutionAlgorithm convolutions,
      float temperature)
      throws IOException {
    SavedModelFolder files = new SavedModelFolder(folder);
    ModelDescription model = source.description();
    Files.createDirectories(files.labels().getParent());
    Files.write(files.labels(), model.classNames());
    try (NamedTensors weights = source.readWeights();
        ServingGraph serving =
            new ServingGraph(model, weights, precision, convolutions, temperature);
        OutputStream out = Files.newOutputStream(files.graph())) {
      if (serving.weights().hasVariables()) {
        Files.createDirectory(files.variables().getParent());
        serving.weights().save(files.variables());
      }
      MetaGraphDef metaGraph = serving.metaGraph();
      WarmupRequests.write(folder, metaGraph.getSignatureDefMap());
      CodedOutputStream coded = CodedOutputStream.newInstance(out);
      coded.useDeterministicSerialization();
      savedModel(metaGraph).writeTo(coded);
      coded.flush();
    }
  }

  /** TensorFlow Java's own exporter knows no assets, so the message is put together here. */
  private static SavedModel savedModel(MetaGraphDef serving) {
    AssetFileDef labels =
        AssetFileDef.newBuilder()
            .setTensorInfo(TensorInfo.newBuilder().setName(ServingGraph.LABELS_ASSET + ":0"))
            .setFilename(ServingGraph.LABELS_FILE)
            .build();
    CollectionDef.AnyList assets =
        CollectionDef.AnyList.newBuilder().addValue(Any.pack(labels)).build();
    MetaGraphDef.MetaInfoDef info =
        MetaGraphDef.MetaInfoDef.newBuilder()
            .addTags(SavedModelFolder.TAG)
            .setTensorflowVersion(TensorFlow.version())
            .build();
    return SavedModel.newBuilder()
        .setSavedModelSchemaVersion(1)
        .addMetaGraphs(
            serving.toBuilder()
                .setMetaInfoDef(info)
                .addAssetFileDef(labels)
                .putCollectionDef(
                    ASSETS_COLLECTION, CollectionDef.newBuilder().setAnyList(assets).build()))
        .build();
  }
}
