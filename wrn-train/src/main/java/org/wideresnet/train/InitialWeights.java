package org.wideresnet.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import org.tensorflow.ndarray.Shape;
import org.wideresnet.model.Weight;
import org.wideresnet.model.WideResNet;
import org.wideresnet.model.WideResNetConfig;
import org.wideresnet.model.variables.NamedTensors;
import org.wideresnet.model.weights.Checkpoint;
import org.wideresnet.model.weights.WeightFiles;
import org.wideresnet.train.run.RunDirectory;

/** Weights that a network starts from instead of drawing them. */
final class InitialWeights {
  private InitialWeights() {}

  /**
   * Reads weights from a checkpoint, the newest one of a run, or a file of Keras or PyTorch.
   *
   * @param source the folder of a checkpoint or of a run, or a file
   * @return the weights by name; the caller closes them
   * @throws IllegalArgumentException if they are of another network, damaged or not there
   * @throws IOException if they cannot be read
   */
  static NamedTensors read(Path source, WideResNetConfig config) throws IOException {
    WideResNet network = WideResNet.of(config);
    if (!Files.isDirectory(source)) {
      return WeightFiles.read(source, network);
    }
    Checkpoint checkpoint = checkpoint(source);
    WideResNetConfig stored = checkpoint.description().network();
    if (!shapes(WideResNet.of(stored)).equals(shapes(network))) {
      throw new IllegalArgumentException(
          "The checkpoint %s holds %s, which does not fit %s."
              .formatted(source, stored.fullName(), config.fullName()));
    }
    return checkpoint.readWeights();
  }

  /**
   * Reads weights to train on from. Those of a network with other classes are taken but for its
   * last layer, which is then missing.
   *
   * @throws IllegalArgumentException as {@link #read}
   * @throws IOException as {@link #read}
   */
  static NamedTensors readForTraining(Path source, WideResNetConfig config) throws IOException {
    int classes =
        Files.isDirectory(source)
            ? checkpoint(source).description().network().classes()
            : WeightFiles.classes(source).orElse(config.classes());
    NamedTensors weights = read(source, config.withClasses(classes));
    if (classes != config.classes()) {
      weights.remove(WideResNet.of(config).logits().weights().stream().map(Weight::name).toList());
    }
    return weights;
  }

  private static Checkpoint checkpoint(Path source) throws IOException {
    boolean isRun = Files.isRegularFile(new RunDirectory(source).runJson());
    return Checkpoint.open(isRun ? new RunDirectory(source).checkpoint("latest") : source);
  }

  private static Map<String, Shape> shapes(WideResNet network) {
    return network.weights().stream().collect(Collectors.toMap(Weight::name, Weight::shape));
  }
}
