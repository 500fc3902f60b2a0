package org.wideresnet.model.weights;

import java.io.IOException;
import java.nio.file.Path;
import org.wideresnet.model.WideResNet;
import org.wideresnet.model.files.AtomicFile;
import org.wideresnet.model.variables.NamedTensors;

/**
 * Reads and writes weights as Keras keeps them, bit for bit:
 *
 * <ul>
 *   <li>{@code x.weights.h5} of Keras 3: {@code model.save_weights};
 *   <li>{@code x.keras}: {@code model.save};
 *   <li>any other {@code x.h5}: {@code model.save_weights} and {@code model.save} of Keras 1 and 2,
 *       {@code model.save} of Keras 3.
 * </ul>
 *
 * <p>Layers are matched by their order and shapes, not by their names, as Keras does.
 */
public final class KerasWeights {
  private KerasWeights() {}

  /**
   * Reads the weights of a network. What the file is, its content tells.
   *
   * @return the weights by name, in the network's order; the caller closes them
   * @throws IllegalArgumentException if the file is missing, damaged or not of Keras, or holds
   *     another network; the message names the first difference
   * @throws IOException if it cannot be read
   */
  public static NamedTensors read(Path file, WideResNet network) throws IOException {
    return KerasReader.read(file, network);
  }

  /**
   * Writes the weights of a network in the format that the name of the file asks for, replacing an
   * older file as {@link AtomicFile} does.
   *
   * @param file a {@code .weights.h5} file (Keras 3), a {@code .keras} file (Keras 3, with the
   *     model) or another {@code .h5} file (Keras 2 and 3)
   * @param weights at least the weights of the network
   * @throws IllegalArgumentException if the name asks for another format or a weight is missing
   * @throws IOException if it cannot be written
   */
  public static void write(Path file, WideResNet network, NamedTensors weights) throws IOException {
    String name = file.getFileName().toString();
    if (!name.endsWith(".h5") && !name.endsWith(".keras")) {
      throw new IllegalArgumentException(
          "The name of %s should end in .weights.h5, .keras or .h5.".formatted(file));
    }
    AtomicFile.write(file, unfinished -> KerasWriter.write(unfinished, name, network, weights));
  }

  /**
   * Writes the weights of a checkpoint; as {@link #write(Path, WideResNet, NamedTensors)}.
   *
   * @throws IllegalArgumentException if the name asks for another format, or the checkpoint is
   *     damaged
   * @throws IOException if it cannot be written
   */
  public static void write(Path file, Checkpoint checkpoint) throws IOException {
    try (NamedTensors weights = checkpoint.readWeights()) {
      write(file, WideResNet.of(checkpoint.description().network()), weights);
    }
  }
}
