package org.wideresnet.train;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TFloat32;
import org.wideresnet.model.WideResNet;
import org.wideresnet.model.variables.NamedTensors;
import org.wideresnet.model.weights.Checkpoint;
import org.wideresnet.train.run.RunDirectory;

/** The weights that a run ended with. */
public final class Weights {
  private Weights() {}

  /** Returns the file that holds weights and optimiser slots. */
  static Path file(Path run, long step) {
    return new RunDirectory(run).checkpoints().path(step).resolve("model.data-00000-of-00001");
  }

  static Map<String, float[]> of(Path run, long step) {
    try {
      Checkpoint checkpoint = Checkpoint.open(new RunDirectory(run).checkpoints().path(step));
      List<String> names =
          WideResNet.of(checkpoint.description().network()).weights().stream()
              .map(weight -> weight.name())
              .toList();
      try (NamedTensors values = checkpoint.read(names)) {
        return arrays(values);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static Map<String, float[]> arrays(NamedTensors values) {
    Map<String, float[]> weights = new TreeMap<>();
    values.asMap().forEach((name, value) -> weights.put(name, array(value)));
    return weights;
  }

  private static float[] array(TFloat32 tensor) {
    float[] values = new float[(int) tensor.size()];
    tensor.copyTo(DataBuffers.of(values, false, false));
    return values;
  }
}
