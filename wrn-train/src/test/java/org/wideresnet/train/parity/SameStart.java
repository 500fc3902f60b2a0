package org.wideresnet.train.parity;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.wideresnet.train.settings.OptimizerSettings;

/** A network with the weights and batches that Java and the twin both begin with. */
final class SameStart {
  private final Twin twin;
  private final ParityCase network;
  private final ParityBatches batches;
  private final Path weights;

  /**
   * Lets the twin draw the weights, unless an earlier comparison did.
   *
   * @param folder where they are
   */
  SameStart(Twin twin, ParityCase network, Path folder) throws IOException {
    this.twin = twin;
    this.network = network;
    batches = ParityBatches.draw(network.classes(), folder);
    weights = folder.resolve(network.weightsName());
    if (!Files.exists(weights)) {
      twin.write(weights, network.command("draw", "--inputs", batches.first().toString()));
    }
  }

  ParityBatches batches() {
    return batches;
  }

  /** Returns the network in Java; without an optimiser for inference alone. */
  JavaNetwork java(OptimizerSettings optimizer) throws IOException {
    JavaNetwork java = new JavaNetwork(network.config(), optimizer);
    java.assign(read(weights));
    return java;
  }

  /** Returns what a command of the twin computes of the inputs. */
  Map<String, NumpyArray> ask(String command, Path inputs, String... options) throws IOException {
    List<String> words = network.command(command, options);
    words.addAll(List.of("--weights", weights.toString(), "--inputs", inputs.toString()));
    return read(twin.result(words));
  }

  private Map<String, NumpyArray> read(Path result) throws IOException {
    Map<String, NumpyArray> arrays = NumpyFiles.read(result);
    arrays.putAll(TorchFiles.readAll(result, network.config()));
    return arrays;
  }

  @Override
  public String toString() {
    return network.toString();
  }
}
