package org.wideresnet.export;

import com.google.common.hash.Hashing;
import com.google.common.io.MoreFiles;
import com.google.protobuf.Any;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.tensorflow.TensorFlow;
import org.tensorflow.proto.AssetFileDef;
import org.tensorflow.proto.CollectionDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.TensorInfo;
import org.wideresnet.model.NamedTensors;
import org.wideresnet.model.Weight;
import org.wideresnet.model.WideResNet;
import org.wideresnet.model.weights.Checkpoint;
import org.wideresnet.model.weights.ModelDescription;

/**
 * Writes a checkpoint as a SavedModel for TensorFlow Serving, Python and {@link ImageClassifier}:
 * {@code DIR/version/saved_model.pb} with the tag {@code serve} and the signatures that {@code
 * ServingGraph} lists, and {@code assets/labels.txt}.
 */
public final class SavedModelExporter {
  /** The largest difference of a probability between export and checkpoint that is accepted. */
  public static final double TOLERANCE = 1e-5;

  static final String SAVED_MODEL = "saved_model.pb";
  static final String TAG = "serve";
  private static final String ASSETS_COLLECTION = "saved_model_assets";

  private SavedModelExporter() {}

  /**
   * Exports a checkpoint. The SavedModel is written under a name that no server takes for a
   * version, loaded again and compared with the checkpoint, and gets its name when it answers
   * alike; if anything fails nothing is left of it and older versions are as they were.
   *
   * @param checkpoint the folder of the checkpoint
   * @param dir the folder of the model's versions; made where it does not exist
   * @throws IllegalArgumentException if the checkpoint is none, the version exists already, or
   *     {@code dir} holds something else
   * @throws IOException if it cannot be written, or answers differently
   */
  public static ExportedModel export(Path checkpoint, Path dir, ExportOptions options)
      throws IOException {
    Checkpoint source = Checkpoint.open(checkpoint);
    ModelVersions versions = new ModelVersions(dir);
    versions.requireForModels();
    long version = options.version() == null ? versions.next() : options.version();
    if (Files.exists(versions.folder(version))) {
      throw new IllegalArgumentException(
          "The folder %s holds version %d already; the next one is %d."
              .formatted(dir, version, versions.next()));
    }
    boolean dirIsNew = !Files.exists(dir);
    try {
      ExportedModel exported = export(source, versions, version);
      if (options.keep() > 0) {
        versions.keep(options.keep(), version);
      }
      return exported;
    } catch (FileSystemException e) {
      throw new IOException(
          "The model could not be exported to %s: %s.".formatted(dir, reason(e)), e);
    } finally {
      if (dirIsNew && Files.isDirectory(dir) && versions.numbers().isEmpty()) {
        ModelVersions.delete(dir);
      }
    }
  }

  private static ExportedModel export(Checkpoint source, ModelVersions versions, long version)
      throws IOException {
    Path unfinished = versions.unfinished(version);
    ModelVersions.delete(unfinished);
    try {
      Files.createDirectories(unfinished);
      write(source, unfinished);
      double difference = ExportCheck.maxAbsDifference(source, unfinished);
      if (!(difference <= TOLERANCE)) {
        throw new IOException(
            "The export was given up: its probabilities differ from the checkpoint's by %s; at most"
                    .formatted(difference)
                + " %s is accepted.".formatted(TOLERANCE));
      }
      long bytes = sync(unfinished);
      Path folder = versions.folder(version);
      Files.move(unfinished, folder, StandardCopyOption.ATOMIC_MOVE);
      force(folder.toAbsolutePath().getParent(), StandardOpenOption.READ);
      String fingerprint =
          MoreFiles.asByteSource(folder.resolve(SAVED_MODEL)).hash(Hashing.sha256()).toString();
      return new ExportedModel(folder, version, difference, bytes, fingerprint);
    } finally {
      ModelVersions.delete(unfinished);
    }
  }

  private static void write(Checkpoint source, Path folder) throws IOException {
    ModelDescription model = source.description();
    List<String> weightNames =
        WideResNet.of(model.network()).weights().stream().map(Weight::name).toList();
    ServingGraph serving;
    try (NamedTensors weights = source.read(weightNames)) {
      serving = ServingGraph.of(model, weights);
    }
    Path assets = Files.createDirectory(folder.resolve("assets"));
    Files.write(assets.resolve(ServingGraph.LABELS_FILE), model.classNames());
    try (OutputStream file = Files.newOutputStream(folder.resolve(SAVED_MODEL));
        OutputStream out = new BufferedOutputStream(file)) {
      savedModel(serving).writeTo(out);
    }
  }

  /** TensorFlow Java's own exporter knows no assets, so the message is put together here. */
  private static SavedModel savedModel(ServingGraph serving) {
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
            MetaGraphDef.newBuilder()
                .setMetaInfoDef(info)
                .setGraphDef(serving.graph())
                .putAllSignatureDef(serving.signatures())
                .addAssetFileDef(labels)
                .putCollectionDef(
                    ASSETS_COLLECTION, CollectionDef.newBuilder().setAnyList(assets).build()))
        .build();
  }

  /** Forces all files to the disk and returns their size in bytes. */
  private static long sync(Path folder) throws IOException {
    long bytes = 0;
    try (Stream<Path> entries = Files.walk(folder)) {
      for (Path entry : entries.toList()) {
        boolean isFile = Files.isRegularFile(entry);
        force(entry, isFile ? StandardOpenOption.WRITE : StandardOpenOption.READ);
        bytes += isFile ? Files.size(entry) : 0;
      }
    }
    return bytes;
  }

  private static void force(Path path, StandardOpenOption option) throws IOException {
    try (FileChannel channel = FileChannel.open(path, option)) {
      channel.force(true);
    }
  }

  private static String reason(FileSystemException e) {
    if (e instanceof AccessDeniedException) {
      return "no permission to write " + e.getFile();
    }
    return e.getReason() == null ? e.getMessage() : e.getReason();
  }
}
