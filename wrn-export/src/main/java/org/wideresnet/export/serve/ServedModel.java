package org.wideresnet.export.serve;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.tensorflow.Result;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TUint8;
import org.wideresnet.export.graph.PictureExamples;
import org.wideresnet.export.graph.Signatures;
import org.wideresnet.export.graph.Tensors;
import org.wideresnet.export.load.LoadedModel;
import org.wideresnet.export.load.SavedModelFolder;
import org.wideresnet.model.files.TextFile;

/**
 * A version of a model that answers requests. Each request enters it and leaves it again; one that
 * is retired lets nobody in any more and frees its memory when the last one has left.
 */
final class ServedModel {
  /** A PNG file of one black pixel. */
  private static final byte[] PICTURE =
      Base64.getDecoder()
          .decode(
              "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR42mNgAAAAAgAB5Sfe/AAAAABJRU5ErkJggg==");

  private final long version;
  private final LoadedModel model;
  private final List<String> labels;
  private final Semaphore threads;
  private int inside;
  private boolean retired;

  private ServedModel(long version, LoadedModel model, List<String> labels, Semaphore threads) {
    this.version = version;
    this.model = model;
    this.labels = labels;
    this.threads = threads;
  }

  /**
   * Loads a version and warms it up.
   *
   * @param threads has a permit for each request that may be computed at the same time
   * @throws IllegalArgumentException if the folder holds no SavedModel
   */
  static ServedModel load(Path folder, long version, Semaphore threads) throws IOException {
    Path labels = new SavedModelFolder(folder).labels();
    List<String> names =
        Files.isRegularFile(labels) ? TextFile.read(labels).lines().toList() : List.of();
    ServedModel model = new ServedModel(version, LoadedModel.load(folder), names, threads);
    for (SignatureDef signature : model.signatures().values()) {
      if (signature.getInputsCount() == 1) {
        model.warmUp(signature);
      }
    }
    return model;
  }

  long version() {
    return version;
  }

  Map<String, SignatureDef> signatures() {
    return model.signatures();
  }

  /** Returns the names of the classes by number; none if the export does not hold them. */
  List<String> labels() {
    return labels;
  }

  /**
   * Computes something when it is this request's turn; only between {@link #enter} and {@link
   * #leave}.
   *
   * @see LoadedModel#run(Map, List)
   */
  Result run(Map<String, Tensor> feeds, List<String> fetches) {
    threads.acquireUninterruptibly();
    try {
      return model.run(feeds, fetches);
    } finally {
      threads.release();
    }
  }

  /** Lets a request in; returns false if this is retired. */
  synchronized boolean enter() {
    if (!retired) {
      inside++;
    }
    return !retired;
  }

  /** Lets a request out. */
  synchronized void leave() {
    inside--;
    closeIfUnused();
  }

  /** Lets no request in any more. */
  synchronized void retire() {
    retired = true;
    closeIfUnused();
  }

  /**
   * Sends one black image to a signature. TensorFlow prepares the graph of a signature for its
   * first request; so no client waits for that.
   */
  private void warmUp(SignatureDef signature) {
    Map.Entry<String, TensorInfo> input = signature.getInputsMap().entrySet().iterator().next();
    List<String> outputs =
        signature.getOutputsMap().values().stream().map(TensorInfo::getName).toList();
    try (Tensor image = image(input.getKey(), input.getValue())) {
      if (image != null) {
        run(Map.of(input.getValue().getName(), image), outputs).close();
      }
    } catch (RuntimeException e) {
      // A model that does not like black images will be warmed up by its first request.
    }
  }

  /** Returns a batch of one image, or null if this input takes something else. */
  private static Tensor image(String name, TensorInfo info) {
    if (name.equals(Signatures.IMAGE_BYTES)) {
      return Tensors.strings(List.of(PICTURE));
    }
    if (name.equals(Signatures.INPUTS)) {
      return Tensors.strings(List.of(PictureExamples.of(PICTURE).toByteArray()));
    }
    Shape shape =
        Shape.of(
            info.getTensorShape().getDimList().stream()
                .mapToLong(dim -> Math.max(1, dim.getSize()))
                .toArray());
    int size = Math.toIntExact(shape.size());
    return switch (info.getDtype()) {
      case DT_UINT8 -> TUint8.tensorOf(shape, DataBuffers.of(new byte[size]));
      case DT_FLOAT -> TFloat32.tensorOf(shape, DataBuffers.of(new float[size]));
      default -> null;
    };
  }

  private void closeIfUnused() {
    if (retired && inside == 0) {
      model.close();
    }
  }
}
