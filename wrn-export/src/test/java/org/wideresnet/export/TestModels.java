package org.wideresnet.export;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TFloat32;
import org.wideresnet.model.Normalization;
import org.wideresnet.model.Variant;
import org.wideresnet.model.Weight;
import org.wideresnet.model.WideResNet;
import org.wideresnet.model.WideResNetConfig;
import org.wideresnet.model.weights.Checkpoint;
import org.wideresnet.model.weights.ModelDescription;

/** Checkpoints with random weights, batch statistics included, as training would leave them. */
public final class TestModels {
  /** The smallest network there is. */
  public static final WideResNetConfig WRN_10_1 = Variant.PAPER.config(10, 1, 10);

  private TestModels() {}

  /** Writes a checkpoint. */
  public static Path checkpoint(Path folder, WideResNetConfig config) throws IOException {
    return checkpoint(folder, config, Normalization.PAPER_CIFAR10, 1);
  }

  /**
   * Writes a checkpoint.
   *
   * @param factor what the kernel of the last layer is multiplied with
   */
  public static Path checkpoint(
      Path folder, WideResNetConfig config, Normalization normalization, float factor)
      throws IOException {
    Random random = new Random(1);
    Map<String, TFloat32> tensors = new LinkedHashMap<>();
    try {
      for (Weight weight : WideResNet.of(config).weights()) {
        tensors.put(weight.name(), values(weight, random, factor));
      }
      List<String> classes =
          IntStream.range(0, config.classes()).mapToObj(i -> "class " + i).toList();
      Checkpoint.write(
          folder,
          ModelDescription.untrained(config, normalization, classes)
              .trainedOn("generated", "0123abcd")
              .after(390, 1, 0.75),
          tensors,
          Map.of());
    } finally {
      tensors.values().forEach(TFloat32::close);
    }
    return folder;
  }

  private static TFloat32 values(Weight weight, Random random, float factor) {
    Shape shape = weight.shape();
    String kind = weight.name().substring(weight.name().indexOf('/') + 1);
    double fanIn = (double) shape.size() / shape.get(-1);
    float[] values = new float[(int) shape.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          (float)
              switch (kind) {
                case "gamma" -> 0.5 + random.nextDouble();
                case "moving_variance" -> 0.5 + 2 * random.nextDouble();
                case "beta", "moving_mean", "bias" -> 0.3 * random.nextGaussian();
                default -> Math.sqrt(2 / fanIn) * random.nextGaussian();
              };
      if (weight.name().equals("dense/kernel")) {
        values[i] *= factor;
      }
    }
    return TFloat32.tensorOf(shape, DataBuffers.of(values));
  }
}
