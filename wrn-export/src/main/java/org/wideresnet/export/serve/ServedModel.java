package org.wideresnet.export.serve;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.tensorflow.Result;
import org.tensorflow.Tensor;
import org.tensorflow.proto.SignatureDef;
import org.wideresnet.export.load.LoadedModel;
import org.wideresnet.export.load.SavedModelFolder;
import org.wideresnet.model.files.TextFile;

/**
 * A version of a model that answers requests. Each request enters it and leaves it again; one that
 * is retired lets nobody in any more and frees its memory when the last one has left.
 */
final class ServedModel {
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
   * @param trusted whether its ops may be any
   * @throws IllegalArgumentException if the folder holds no SavedModel
   */
  static ServedModel load(Path folder, long version, Semaphore threads, boolean trusted)
      throws IOException {
    Path labels = new SavedModelFolder(folder).labels();
    List<String> names =
        Files.isRegularFile(labels) ? TextFile.read(labels).lines().toList() : List.of();
    LoadedModel model = LoadedModel.load(folder, trusted);
    model.warmUp();
    return new ServedModel(version, model, names, threads);
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

  private void closeIfUnused() {
    if (retired && inside == 0) {
      model.close();
    }
  }
}
