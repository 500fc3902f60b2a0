package org.wideresnet.train.settings;

import java.nio.file.Path;
import java.util.Optional;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.GraphOptions;
import org.tensorflow.proto.OptimizerOptions;
import org.tensorflow.proto.RewriterConfig;
import org.wideresnet.model.Numerics;
import org.wideresnet.model.Precision;
import org.wideresnet.train.device.DeviceChoice;
import org.wideresnet.train.device.Devices;
import org.wideresnet.train.device.GpuMemory;
import org.wideresnet.train.device.Kernels;
import org.wideresnet.train.device.Layout;

/**
 * The options of a training that belong to no recipe: where it starts and how it is computed.
 *
 * @param seed all random numbers follow from it
 * @param deterministic whether two runs agree to the last bit; slower
 * @param precision the number format of the convolutions
 * @param device the device to train on
 * @param towers the number of parts of a batch that are computed side by side in a process
 * @param accumulate the number of parts of a batch that are computed one after the other
 * @param workers the number of processes
 * @param xla whether XLA compiles the graph
 * @param gpuMemory how much of a GPU's memory is taken
 * @param layout in which order a GPU has the dimensions of images
 * @param checkpointEvery how often a checkpoint is written within an epoch
 * @param weights the file or folder of the initial weights; null where they are drawn
 */
public record ComputeSettings(
    long seed,
    boolean deterministic,
    Precision precision,
    DeviceChoice device,
    int towers,
    int accumulate,
    int workers,
    boolean xla,
    GpuMemory gpuMemory,
    Layout layout,
    CheckpointInterval checkpointEvery,
    String weights) {

  /** Seed 1, float32, one process on the device that TensorFlow chooses, weights drawn. */
  public static final ComputeSettings DEFAULTS =
      new ComputeSettings(
          1,
          false,
          Precision.FP32,
          DeviceChoice.AUTO,
          1,
          1,
          1,
          false,
          GpuMemory.GROW,
          Layout.AUTO,
          CheckpointInterval.EPOCH,
          null);

  /**
   * Checks the numbers of parts.
   *
   * @throws IllegalArgumentException if one is less than 1
   */
  public ComputeSettings {
    Require.atLeastOne("--towers", towers);
    Require.atLeastOne("--accumulate", accumulate);
    Require.atLeastOne("--workers", workers);
  }

  /** Returns the file or folder of the initial weights; nothing where they are drawn. */
  public Optional<Path> initialWeights() {
    return Optional.ofNullable(weights).map(Path::of);
  }

  /** Returns the number of equal parts that a batch is split into. */
  public int parts() {
    return towers * accumulate * workers;
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

  /**
   * Returns the configuration of sessions. The towers of a CPU share its cores: so each is computed
   * with fewer threads, and they keep out of each other's way. Workers on one machine are told by
   * the Java virtual machine how many cores each of them has. That takes the environment variable
   * {@code TF_OVERRIDE_GLOBAL_THREADPOOL=1}, without which the first session of a process decides.
   */
  public ConfigProto sessionConfig() {
    ConfigProto.Builder config = deviceConfig().toBuilder();
    int cores = Runtime.getRuntime().availableProcessors();
    if (workers > 1 || (towers > 1 && !deterministic)) {
      config.setIntraOpParallelismThreads(deterministic ? cores : Math.max(1, cores / towers));
    }
    if (workers > 1 && !deterministic) {
      config.setInterOpParallelismThreads(cores).setUsePerSessionThreads(true);
    }
    return config.build();
  }

  /** Returns the configuration of sessions, but for the threads of towers. */
  private ConfigProto deviceConfig() {
    ConfigProto.Builder config = device.sessionConfig(deterministic).toBuilder();
    gpuMemory.applyTo(config.getGpuOptionsBuilder(), device.named());
    GraphOptions.Builder graph = config.getGraphOptionsBuilder();
    if (xla) {
      graph.getOptimizerOptionsBuilder().setGlobalJitLevel(OptimizerOptions.GlobalJitLevel.ON_1);
    }
    if (layout == Layout.NHWC) {
      graph.getRewriteOptionsBuilder().setLayoutOptimizer(RewriterConfig.Toggle.OFF);
    }
    return config.build();
  }

  /**
   * Returns the devices that TensorFlow sees with these options. The first session of a process
   * decides which GPUs it has and how much of their memory, so it must not be another's.
   *
   * @throws IllegalArgumentException if a GPU is asked for that is not there
   */
  public Devices devices() {
    return device.require(deviceConfig());
  }

  /** Returns how the ops of the network are computed; on GPUs convolutions have no limit. */
  public Numerics numerics() {
    int onCpu = Kernels.ofThisMachine().maxInputChannels();
    boolean gpu = onCpu != Numerics.UNLIMITED && device.gpuCount(devices()) > 0;
    return new Numerics(precision, gpu ? Numerics.UNLIMITED : onCpu);
  }

  /** Returns a builder that starts from these options. */
  public Builder toBuilder() {
    return new Builder(this);
  }

  /** Collects options. */
  public static final class Builder {
    private long seed;
    private boolean deterministic;
    private Precision precision;
    private DeviceChoice device;
    private int towers;
    private int accumulate;
    private int workers;
    private boolean xla;
    private GpuMemory gpuMemory;
    private Layout layout;
    private CheckpointInterval checkpointEvery;
    private String weights;

    private Builder(ComputeSettings options) {
      seed = options.seed;
      deterministic = options.deterministic;
      precision = options.precision;
      device = options.device;
      towers = options.towers;
      accumulate = options.accumulate;
      workers = options.workers;
      xla = options.xla;
      gpuMemory = options.gpuMemory;
      layout = options.layout;
      checkpointEvery = options.checkpointEvery;
      weights = options.weights;
    }

    /** Sets what all random numbers follow from. */
    public Builder seed(long value) {
      seed = value;
      return this;
    }

    /** Sets whether two runs agree to the last bit. */
    public Builder deterministic(boolean value) {
      deterministic = value;
      return this;
    }

    /** Sets the number format of the convolutions. */
    public Builder precision(Precision value) {
      precision = value;
      return this;
    }

    /** Sets the device to train on. */
    public Builder device(DeviceChoice value) {
      device = value;
      return this;
    }

    /** Sets the number of parts of a batch that are computed side by side in a process. */
    public Builder towers(int value) {
      towers = value;
      return this;
    }

    /** Sets the number of parts of a batch that are computed one after the other. */
    public Builder accumulate(int value) {
      accumulate = value;
      return this;
    }

    /** Sets the number of processes. */
    public Builder workers(int value) {
      workers = value;
      return this;
    }

    /** Sets whether XLA compiles the graph. */
    public Builder xla(boolean value) {
      xla = value;
      return this;
    }

    /** Sets how much of a GPU's memory is taken. */
    public Builder gpuMemory(GpuMemory value) {
      gpuMemory = value;
      return this;
    }

    /** Sets in which order a GPU has the dimensions of images. */
    public Builder layout(Layout value) {
      layout = value;
      return this;
    }

    /** Sets how often a checkpoint is written within an epoch. */
    public Builder checkpointEvery(CheckpointInterval value) {
      checkpointEvery = value;
      return this;
    }

    /** Sets the file or folder of the initial weights. */
    public Builder weights(Path value) {
      weights = value.toAbsolutePath().normalize().toString();
      return this;
    }

    /**
     * Returns the options.
     *
     * @throws IllegalArgumentException if a number of parts is less than 1
     */
    public ComputeSettings build() {
      return new ComputeSettings(
          seed,
          deterministic,
          precision,
          device,
          towers,
          accumulate,
          workers,
          xla,
          gpuMemory,
          layout,
          checkpointEvery,
          weights);
    }
  }
}
