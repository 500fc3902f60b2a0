package org.wideresnet.export;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Graph;
import org.tensorflow.Result;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.proto.SignatureDef;

/**
 * A SavedModel in memory. It keeps the session and the signatures and lets go of the description of
 * the graph, which holds the weights a second time. Any number of threads may call it.
 */
final class LoadedModel implements AutoCloseable {
  private final Path folder;
  private final Graph graph;
  private final Session session;
  private final Map<String, SignatureDef> signatures;

  private LoadedModel(Path folder, SavedModelBundle bundle) {
    this.folder = folder;
    graph = bundle.graph();
    session = bundle.session();
    signatures = new HashMap<>(bundle.metaGraphDef().getSignatureDefMap());
  }

  /**
   * Loads a SavedModel.
   *
   * @throws IllegalArgumentException if TensorFlow cannot load it
   */
  static LoadedModel load(Path folder) {
    try {
      return new LoadedModel(
          folder, SavedModelBundle.load(folder.toString(), SavedModelFolder.TAG));
    } catch (TensorFlowException | IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "The folder %s holds no SavedModel that TensorFlow can load: %s"
              .formatted(folder, e.getMessage().lines().findFirst().orElse("")),
          e);
    }
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
  Result run(String signature, String input, Tensor value, List<String> outputs) {
    SignatureDef definition = signatures.get(signature);
    if (definition == null
        || !definition.containsInputs(input)
        || !definition.getOutputsMap().keySet().containsAll(outputs)) {
      throw new IllegalArgumentException(
          "The SavedModel %s has no signature '%s' with the input '%s' and the outputs %s; it has %s."
              .formatted(folder, signature, input, outputs, signatures.keySet()));
    }
    Session.Runner runner =
        session.runner().feed(definition.getInputsOrThrow(input).getName(), value);
    outputs.forEach(output -> runner.fetch(definition.getOutputsOrThrow(output).getName()));
    return runner.run();
  }

  @Override
  public void close() {
    session.close();
    graph.close();
  }
}
