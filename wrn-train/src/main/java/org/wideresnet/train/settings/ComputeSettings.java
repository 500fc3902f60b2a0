package org.wideresnet.train.settings;

import static java.util.Objects.requireNonNullElse;

import com.google.common.math.LongMath;
import java.nio.file.Path;
import java.util.Optional;
import org.wideresnet.model.Precision;
import org.wideresnet.model.convolution.ConvolutionAlgorithm;
import org.wideresnet.train.settings.tree.SettingsTree;

/**
 * The settings of a training that belong to no recipe: where it starts and how it is computed.
 *
 * @param seed all random numbers follow from it; 1 if null
 * @param deterministic whether two runs agree to the last bit; slower
 * @param precision the number format of the convolutions; float32 if null
 * @param convolutions how wide convolutions are computed; by TensorFlow's own op if null
 * @param device the device to train on; a GPU where there is one if null
 * @param towers the number of parts of a batch that are computed side by side in a process; 1 if
 *     null
 * @param accumulate the number of parts of a batch that are computed one after the other; 1 if null
 * @param workers the number of processes; 1 if null
 * @param tf32 whether a GPU may compute float32 in TF32; it may if null
 * @param xla whether XLA compiles the graph
 * @param gpuMemory how much of a GPU's memory is taken; as much as is needed if null
 * @param layout in which order a GPU has the dimensions of images; TensorFlow decides if null
 * @param evaluateEvery after how many epochs the network is evaluated, and always after the last; 1
 *     if null
 * @param checkpointEvery how often a checkpoint is written within an epoch; not at all if null
 * @param weights the file or folder of the initial weights; null where they are drawn
 */
public record ComputeSettings(
    Long seed,
    boolean deterministic,
    Precision precision,
    ConvolutionAlgorithm convolutions,
    DeviceChoice device,
    Integer towers,
    Integer accumulate,
    Integer workers,
    Tf32 tf32,
    boolean xla,
    GpuMemory gpuMemory,
    Layout layout,
    Integer evaluateEvery,
    CheckpointInterval checkpointEvery,
    String weights) {

  /** All values as they are where nobody gives another. */
  public static final ComputeSettings DEFAULTS =
      SettingsTree.map(SettingsTree.empty(), ComputeSettings.class);

  /**
   * Puts the defaults in, and checks the numbers.
   *
   * @throws IllegalArgumentException if one is less than 1
   */
  public ComputeSettings {
    seed = requireNonNullElse(seed, 1L);
    precision = requireNonNullElse(precision, Precision.FP32);
    convolutions = requireNonNullElse(convolutions, ConvolutionAlgorithm.DIRECT);
    device = requireNonNullElse(device, DeviceChoice.AUTO);
    towers = requireNonNullElse(towers, 1);
    accumulate = requireNonNullElse(accumulate, 1);
    workers = requireNonNullElse(workers, 1);
    tf32 = requireNonNullElse(tf32, Tf32.ON);
    gpuMemory = requireNonNullElse(gpuMemory, GpuMemory.GROW);
    layout = requireNonNullElse(layout, Layout.AUTO);
    evaluateEvery = requireNonNullElse(evaluateEvery, 1);
    checkpointEvery = requireNonNullElse(checkpointEvery, CheckpointInterval.EPOCH);
    Require.atLeastOne("--towers", towers);
    Require.atLeastOne("--accumulate", accumulate);
    Require.atLeastOne("--workers", workers);
    Require.atLeastOne("--evaluate-every", evaluateEvery);
  }

  /**
   * Returns a copy with one value changed: {@code with("towers", 2)}.
   *
   * @param key a key of the section {@code options} of {@code run.json}
   * @throws org.wideresnet.train.settings.tree.SettingsException if there is no such key, or the
   *     value is of another kind or out of range
   */
  public ComputeSettings with(String key, Object value) {
    return SettingsTree.with(this, ComputeSettings.class, key, value);
  }

  /** Returns the file or folder of the initial weights; nothing where they are drawn. */
  public Optional<Path> initialWeights() {
    return Optional.ofNullable(weights).map(Path::of);
  }

  /** Returns the number of equal parts that a batch is split into. */
  public long parts() {
    return LongMath.saturatedMultiply((long) towers * accumulate, workers);
  }

  /**
   * Checks that a batch can be split into its parts.
   *
   * @throws IllegalArgumentException if not
   */
  public void requireParts(int batchSize) {
    if (batchSize % parts() != 0) {
      throw new IllegalArgumentException(
          "--batch-size is %d; with --towers %d, --accumulate %d and --workers %d it must be a multiple of %d."
              .formatted(batchSize, towers, accumulate, workers, parts()));
    }
  }
}
