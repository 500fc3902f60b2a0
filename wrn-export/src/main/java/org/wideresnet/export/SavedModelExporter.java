package org.wideresnet.export;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.tensorflow.exceptions.TensorFlowException;
import org.wideresnet.export.load.ModelVersions;
import org.wideresnet.export.load.SavedModelFolder;
import org.wideresnet.export.write.ExportCheck;
import org.wideresnet.export.write.SavedModelWriter;
import org.wideresnet.model.Precision;
import org.wideresnet.model.convolution.ConvolutionAlgorithm;
import org.wideresnet.model.weights.Checkpoint;

/**
 * Writes a checkpoint as a SavedModel for TensorFlow Serving, Python and {@link ImageClassifier}.
 * {@code DIR/version} holds
 *
 * <ul>
 *   <li>{@code saved_model.pb}, the graph with the tag {@code serve} and five signatures: {@code
 *       serving_default} takes pixels, {@code image_bytes} PNG or JPEG files, {@code features}
 *       pixels, {@code keras} what the Keras original takes, {@code classify} files in {@code
 *       tf.Example} messages;
 *   <li>{@code variables/}, the large weights, where there are any;
 *   <li>{@code assets/labels.txt}, the name of each class on its line;
 *   <li>{@code assets.extra/tf_serving_warmup_requests} and {@code assets.extra/MODEL_CARD.md};
 *   <li>{@code export.json}, what it was made from.
 * </ul>
 */
public final class SavedModelExporter {
  /** The largest difference of a probability between export and checkpoint that is accepted. */
  public static final double TOLERANCE = 1e-5;

  /** The same for an export whose convolutions are computed in bfloat16. */
  public static final double TOLERANCE_BF16 = 0.05;

  /** The same for an export whose wide convolutions are computed in Winograd's form. */
  public static final double TOLERANCE_WINOGRAD = 1e-4;

  private SavedModelExporter() {}

  /**
   * Exports a checkpoint. The SavedModel is written under a name that no server takes for a
   * version, loaded again and compared with the checkpoint, and gets its name when it answers
   * alike; if anything fails nothing is left of it and older versions are as they were. Several
   * processes may export to one folder at the same time.
   *
   * @param checkpoint the folder of the checkpoint
   * @param dir the folder of the model's versions; made where it does not exist
   * @throws IllegalArgumentException if there is no checkpoint, the version exists already, or
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
      throw versions.taken(version);
    }
    boolean dirIsNew = !Files.exists(dir);
    ExportedModel exported;
    try {
      exported = export(source, checkpoint, versions, version, options);
    } catch (TensorFlowException | IOException e) {
      throw new IOException(
          "The model could not be exported to %s: %s".formatted(dir, reason(e)), e);
    } finally {
      if (dirIsNew) {
        deleteIfEmpty(dir);
      }
    }
    removeOld(versions, options.keep(), exported.version());
    return exported;
  }

  private static ExportedModel export(
      Checkpoint source,
      Path checkpoint,
      ModelVersions versions,
      long version,
      ExportOptions options)
      throws IOException {
    Path unfinished = versions.unfinished(version);
    versions.removeLeftovers();
    ModelVersions.delete(unfinished);
    try {
      SavedModelFolder files = new SavedModelFolder(unfinished);
      SavedModelWriter.write(
          unfinished, source, options.precision(), options.convolutions(), options.temperature());
      double difference = ExportCheck.maxAbsDifference(source, unfinished, options.temperature());
      double tolerance = tolerance(options);
      if (!(difference <= tolerance)) {
        throw new IOException(
            "its probabilities differ from the checkpoint's by %s; at most %s is accepted."
                .formatted(difference, tolerance));
      }
      String fingerprint = files.fingerprint();
      ExportDescription description =
          ExportDescription.of(checkpoint, source.description(), options, difference, fingerprint);
      description.write(unfinished);
      ModelCard.write(unfinished, source.description(), description);
      long bytes = files.sync();
      long number = versions.publish(unfinished, options.version());
      Path folder = versions.folder(number);
      SavedModelFolder.force(folder.toAbsolutePath().getParent(), StandardOpenOption.READ);
      return new ExportedModel(folder, number, difference, bytes, fingerprint);
    } finally {
      ModelVersions.delete(unfinished);
    }
  }

  private static void deleteIfEmpty(Path dir) throws IOException {
    try {
      Files.deleteIfExists(dir);
    } catch (DirectoryNotEmptyException e) {
      // It holds this version, or somebody else writes one.
    }
  }

  private static double tolerance(ExportOptions options) {
    if (options.precision() == Precision.BF16) {
      return TOLERANCE_BF16;
    }
    return options.convolutions() == ConvolutionAlgorithm.WINOGRAD ? TOLERANCE_WINOGRAD : TOLERANCE;
  }

  private static void removeOld(ModelVersions versions, int keep, long version) throws IOException {
    if (keep > 0) {
      try {
        versions.keep(keep, version);
      } catch (IOException e) {
        throw new IOException(
            "Version %d is exported, but an older one could not be removed: %s"
                .formatted(version, reason(e)),
            e);
      }
    }
  }

  private static String reason(Exception e) {
    if (e instanceof AccessDeniedException denied) {
      return "there is no permission to write " + denied.getFile() + ".";
    }
    String reason = e.getMessage().lines().findFirst().orElse("");
    if (e instanceof FileSystemException failed) {
      reason =
          failed.getReason() == null ? failed.getFile() + " cannot be written" : failed.getReason();
    }
    return reason.endsWith(".") ? reason : reason + ".";
  }
}
