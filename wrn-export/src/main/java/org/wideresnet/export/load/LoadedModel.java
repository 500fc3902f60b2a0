package org.wideresnet.export.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Graph;
import org.tensorflow.Result;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.RunOptions;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TUint8;
import org.wideresnet.export.graph.PictureExamples;
import org.wideresnet.export.graph.Signatures;
import org.wideresnet.export.graph.Tensors;
import org.wideresnet.model.variables.Sessions;

/**
 * A SavedModel in memory. It keeps the session and the signatures and lets go of the description of
 * the graph, which holds the weights a second time. Any number of threads may call it.
 *
 * <p>A small model computes a request in the thread of its caller alone: handing parts of an op to
 * another thread takes longer than the op. On two cores with AVX-512 an image takes WRN-16-2 0.93
 * ms so, and 1.06 ms with TensorFlow's own threads; WRN-16-4, which is not small, 3.7 and 2.6 ms.
 * Of the time of all ops that an image takes in WRN-16-2, 93 % is that of convolutions. With the
 * environment variable {@code TF_OVERRIDE_GLOBAL_THREADPOOL=1}, which the launcher sets, each model
 * has threads of its own; without it the first session of a process decides how many threads all
 * have.
 */
public final class LoadedModel implements AutoCloseable {
  /** The bytes of graph and weights up to which a model is small. */
  private static final long SMALL = 4 << 20;

  /** A PNG file of one black pixel. */
  private static final byte[] PICTURE =
      Base64.getDecoder()
          .decode(
              "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR42mNgAAAAAgAB5Sfe/AAAAABJRU5ErkJggg==");

  private static final RunOptions IN_THREAD_OF_CALLER =
      RunOptions.newBuilder().setInterOpThreadPool(-1).build();

  private final Path folder;
  private final boolean isSmall;
  private final Graph graph;
  private final Session session;
  private final Map<String, SignatureDef> signatures;

  private LoadedModel(Path folder, boolean isSmall, SavedModelBundle bundle) {
    this.folder = folder;
    this.isSmall = isSmall;
    graph = bundle.graph();
    session = bundle.session();
    signatures = new LinkedHashMap<>(bundle.metaGraphDef().getSignatureDefMap());
  }

  /**
   * Loads a SavedModel, onto a GPU where there is one, whose memory it takes when it needs it.
   *
   * @param trusted whether its ops may be any, those too that reach files or the network
   * @throws IllegalArgumentException if it is damaged, has an op that it should not have, or
   *     TensorFlow cannot load it
   */
  public static LoadedModel load(Path folder, boolean trusted) {
    return load(folder, trusted, Sessions.onGpus(List.of()));
  }

  /** As {@link #load(Path, boolean)} of what is not trusted, but never onto a GPU. */
  public static LoadedModel loadOnCpu(Path folder) {
    return load(folder, false, Sessions.onCpu());
  }

  private static LoadedModel load(Path folder, boolean trusted, ConfigProto devices) {
    try {
      SavedModelCheck.check(folder, trusted);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    try {
      boolean isSmall = new SavedModelFolder(folder).bytes() <= SMALL;
      SavedModelBundle.Loader loader =
          SavedModelBundle.loader(folder.toString())
              .withTags(SavedModelFolder.TAG)
              .withConfigProto(
                  isSmall ? devices.toBuilder().setIntraOpParallelismThreads(1).build() : devices);
      return new LoadedModel(folder, isSmall, loader.load());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (TensorFlowException | IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "The folder %s holds no SavedModel that TensorFlow can load: %s"
              .formatted(folder, e.getMessage().lines().findFirst().orElse("")),
          e);
    }
  }

  /** Returns whether a request is computed by the thread of its caller alone. */
  public boolean isSmall() {
    return isSmall;
  }

  /** Returns the signatures by name. */
  public Map<String, SignatureDef> signatures() {
    return Collections.unmodifiableMap(signatures);
  }

  /**
   * Runs a part of the graph.
   *
   * @param feeds tensors by the names that signatures have for them, such as {@code image:0}
   * @param fetches the names of the tensors that are wanted
   * @return them in order; the caller closes them
   * @throws IllegalArgumentException if there is no such tensor, or TensorFlow refuses the values
   * @throws IllegalStateException if this is closed
   */
  public Result run(Map<String, ? extends Tensor> feeds, List<String> fetches) {
    Session.Runner runner = session.runner();
    if (isSmall) {
      runner.setOptions(IN_THREAD_OF_CALLER);
    }
    feeds.forEach(runner::feed);
    fetches.forEach(runner::fetch);
    return runner.run();
  }

  /**
   * Answers one request.
   *
   * @param input the name of the signature's input
   * @param outputs the names of the outputs that are wanted
   * @return them in order; the caller closes them
   * @throws IllegalArgumentException if there is no such signature, input or output
   * @throws IllegalStateException if this is closed
   */
  public Result run(String signature, String input, Tensor value, List<String> outputs) {
    SignatureDef definition = signatures.get(signature);
    if (definition == null
        || !definition.containsInputs(input)
        || !definition.getOutputsMap().keySet().containsAll(outputs)) {
      throw new IllegalArgumentException(
          "The SavedModel %s has no signature '%s' with the input '%s' and the outputs %s; it has %s."
              .formatted(folder, signature, input, outputs, signatures.keySet()));
    }
    return run(
        Map.of(definition.getInputsOrThrow(input).getName(), value),
        outputs.stream().map(output -> definition.getOutputsOrThrow(output).getName()).toList());
  }

  /**
   * Sends one black image to each signature that takes images. TensorFlow prepares the graph of a
   * signature for its first request; so no client waits for that.
   */
  public void warmUp() {
    signatures.values().stream()
        .filter(signature -> signature.getInputsCount() == 1)
        .forEach(this::warmUp);
  }

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

  @Override
  public void close() {
    session.close();
    graph.close();
  }
}
