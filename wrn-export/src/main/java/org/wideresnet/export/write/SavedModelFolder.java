package org.wideresnet.export.write;

import com.google.common.hash.Hashing;
import com.google.common.hash.HashingOutputStream;
import com.google.protobuf.Any;
import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.tensorflow.TensorFlow;
import org.tensorflow.proto.AssetFileDef;
import org.tensorflow.proto.CollectionDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.TensorInfo;
import org.wideresnet.export.ExportOptions;
import org.wideresnet.export.graph.ServingGraph;
import org.wideresnet.model.Weight;
import org.wideresnet.model.WideResNet;
import org.wideresnet.model.variables.NamedTensors;
import org.wideresnet.model.weights.Checkpoint;
import org.wideresnet.model.weights.ModelDescription;

/** The files of one exported version. */
public final class SavedModelFolder {
  public static final String SAVED_MODEL = "saved_model.pb";
  public static final String TAG = "serve";
  private static final String VARIABLES = "variables";
  private static final String ASSETS = "assets";
  private static final String ASSETS_COLLECTION = "saved_model_assets";

  private final Path folder;

  public SavedModelFolder(Path folder) {
    this.folder = folder;
  }

  /** Returns the file with one label a line. */
  public Path labels() {
    return folder.resolve(ASSETS).resolve(ServingGraph.LABELS_FILE);
  }

  /** Writes graph, weights, labels and warm-up requests for the model of a checkpoint. */
  public void write(Checkpoint source, ExportOptions options) throws IOException {
    ModelDescription model = source.description();
    List<String> names =
        WideResNet.of(model.network()).weights().stream().map(Weight::name).toList();
    Files.createDirectories(folder.resolve(ASSETS));
    Files.write(labels(), model.classNames());
    try (NamedTensors weights = source.read(names);
        ServingGraph serving = new ServingGraph(model, weights, options);
        OutputStream out = Files.newOutputStream(folder.resolve(SAVED_MODEL))) {
      if (serving.weights().hasVariables()) {
        Path variables = Files.createDirectory(folder.resolve(VARIABLES));
        serving.weights().save(variables.resolve(VARIABLES));
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
            .addTags(TAG)
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

  /** Returns SHA-256 over the graph and the variables, in hexadecimal. */
  public String fingerprint() throws IOException {
    try (HashingOutputStream hash =
        new HashingOutputStream(Hashing.sha256(), OutputStream.nullOutputStream())) {
      Files.copy(folder.resolve(SAVED_MODEL), hash);
      for (Path file : files(folder.resolve(VARIABLES))) {
        Files.copy(file, hash);
      }
      return hash.hash().toString();
    }
  }

  /** Returns the size of graph and variables. */
  public long bytes() throws IOException {
    long bytes = 0;
    for (Path file : files(folder.resolve(VARIABLES))) {
      bytes += Files.size(file);
    }
    Path graph = folder.resolve(SAVED_MODEL);
    return Files.exists(graph) ? bytes + Files.size(graph) : bytes;
  }

  /** Forces all files to the disk and returns their size in bytes. */
  public long sync() throws IOException {
    long bytes = 0;
    try (Stream<Path> entries = Files.walk(folder)) {
      for (Path entry : entries.filter(Files::isDirectory).toList()) {
        force(entry, StandardOpenOption.READ);
      }
    }
    for (Path file : files(folder)) {
      force(file, StandardOpenOption.WRITE);
      bytes += Files.size(file);
    }
    return bytes;
  }

  /** Forces a file or folder to the disk. */
  public static void force(Path path, StandardOpenOption option) throws IOException {
    try (FileChannel channel = FileChannel.open(path, option)) {
      channel.force(true);
    }
  }

  private static List<Path> files(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.walk(folder)) {
      return entries.filter(Files::isRegularFile).sorted().toList();
    }
  }
}
