package org.wideresnet.model.weights;

import static com.google.common.base.Preconditions.checkArgument;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.ndarray.NdArrays;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.train.Restore;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TString;
import org.wideresnet.model.Weight;
import org.wideresnet.model.WideResNet;
import org.wideresnet.model.files.AtomicFile;
import org.wideresnet.model.files.TextFile;
import org.wideresnet.model.variables.NamedTensors;
import org.wideresnet.model.variables.Sessions;
import org.wideresnet.model.variables.Variables;

/**
 * A checkpoint: a folder with weights in TensorFlow's V2 format ({@code model.index} and {@code
 * model.data-00000-of-00001}, which {@code tf.train.load_checkpoint("FOLDER/model")} reads) and
 * {@code model.json}, the {@link ModelDescription}. Names of tensors are the names of the weights.
 */
public final class Checkpoint {
  private static final String PREFIX = "model";
  private static final String DESCRIPTION = "model.json";

  private final Path folder;
  private final ModelDescription description;

  private Checkpoint(Path folder, ModelDescription description) {
    this.folder = folder;
    this.description = description;
  }

  /**
   * Opens a checkpoint; reads its description but not yet its weights.
   *
   * @throws IllegalArgumentException if the folder does not hold a checkpoint
   * @throws IOException if it cannot be read
   */
  public static Checkpoint open(Path folder) throws IOException {
    Path file = folder.resolve(DESCRIPTION);
    checkArgument(
        Files.isRegularFile(file) && Files.isRegularFile(folder.resolve(PREFIX + ".index")),
        "%s is not a checkpoint; it should hold %s and %s.index.",
        folder,
        DESCRIPTION,
        PREFIX);
    return new Checkpoint(folder, ModelDescription.read(file));
  }

  /**
   * Writes a checkpoint as {@link AtomicFile#writeFolder} does, replacing an older one.
   *
   * @param tensors float32 tensors by name
   * @param notes further files of text by name, such as where in an epoch the training is
   * @throws IOException if it cannot be written
   */
  public static void write(
      Path folder,
      ModelDescription description,
      Map<String, ? extends Tensor> tensors,
      Map<String, String> notes)
      throws IOException {
    AtomicFile.writeFolder(
        folder,
        unfinished -> {
          try {
            save(unfinished.resolve(PREFIX), tensors);
          } catch (TensorFlowException e) {
            throw new IOException(e);
          }
          description.write(unfinished.resolve(DESCRIPTION));
          for (String note : notes.keySet()) {
            Files.writeString(unfinished.resolve(note), notes.get(note));
          }
        });
  }

  /** Returns what a file of text that was written with the checkpoint holds, if there is one. */
  public Optional<String> note(String name) throws IOException {
    Path file = folder.resolve(name);
    return Files.exists(file) ? Optional.of(TextFile.read(file)) : Optional.empty();
  }

  /** Returns what is known of the model. */
  public ModelDescription description() {
    return description;
  }

  /**
   * Reads tensors.
   *
   * @return float32 tensors in the order of the names; the caller closes them
   * @throws IllegalArgumentException if one is missing or the checkpoint is damaged
   */
  public NamedTensors read(List<String> names) {
    try {
      CheckpointIndex.check(folder.resolve(PREFIX));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    try (Graph graph = new Graph();
        Session session = Sessions.open(graph)) {
      Ops tf = Ops.create(graph);
      Restore restore =
          tf.train.restore(
              tf.constant(folder.resolve(PREFIX).toString()),
              strings(tf, names),
              strings(tf, Collections.nCopies(names.size(), "")),
              Collections.nCopies(names.size(), TFloat32.class));
      Session.Runner runner = session.runner();
      restore.tensors().forEach(runner::fetch);
      return new NamedTensors(names, runner.run());
    } catch (TensorFlowException e) {
      throw new IllegalArgumentException(
          "The checkpoint %s is damaged or lacks a weight: %s."
              .formatted(folder, AtomicFile.reason(e)),
          e);
    }
  }

  /** Reads all weights of the network, as {@link #read} does. */
  public NamedTensors readWeights() {
    List<Weight> weights = WideResNet.of(description.network()).weights();
    return read(weights.stream().map(Weight::name).toList());
  }

  /**
   * Sets variables to the values of this checkpoint.
   *
   * @throws IllegalArgumentException if a weight is missing, has another shape, or the checkpoint
   *     is damaged
   */
  public void restore(Session session, Variables variables) {
    try (NamedTensors values = read(variables.names())) {
      variables.assign(session, values.asMap());
    }
  }

  /**
   * Writes tensors in TensorFlow's V2 format, without a description and as they come: to files
   * whose names begin with the last name of a path.
   *
   * @param prefix the path without {@code .index}
   * @param tensors float32 tensors by name
   * @throws TensorFlowException if they cannot be written
   */
  public static void save(Path prefix, Map<String, ? extends Tensor> tensors) {
    try (Graph graph = new Graph();
        Session session = Sessions.open(graph)) {
      Ops tf = Ops.create(graph);
      Session.Runner runner = session.runner();
      List<Operand<?>> inputs = new ArrayList<>();
      for (Tensor tensor : tensors.values()) {
        Operand<?> input = tf.placeholder(TFloat32.class, Placeholder.shape(tensor.shape()));
        inputs.add(input);
        runner.feed(input, tensor);
      }
      runner.addTarget(
          tf.train.save(
              tf.constant(prefix.toString()),
              strings(tf, tensors.keySet()),
              strings(tf, Collections.nCopies(tensors.size(), "")),
              inputs));
      runner.run().close();
    }
  }

  private static Operand<TString> strings(Ops tf, Collection<String> values) {
    return tf.constant(NdArrays.vectorOfObjects(values.toArray(String[]::new)));
  }
}
