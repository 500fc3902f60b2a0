package org.wideresnet.train.device;

import com.fasterxml.jackson.annotation.JsonValue;
import com.google.common.base.Splitter;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.tensorflow.exceptions.TFInvalidArgumentException;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.GPUOptions;

/**
 * The device to train on, as {@code --device} names it: {@code auto} (a GPU where there is one),
 * {@code cpu}, {@code gpu} for the first GPU, or {@code gpu:0,1} for certain ones.
 *
 * @param name the text of the option
 */
public record DeviceChoice(@JsonValue String name) {

  private static final Pattern NAMES = Pattern.compile("auto|cpu|gpu(:\\d+(,\\d+)*)?");

  /** A GPU where TensorFlow sees one, else the CPU. */
  public static final DeviceChoice AUTO = new DeviceChoice("auto");

  /**
   * Checks the name.
   *
   * @throws IllegalArgumentException if it is not one of the forms above
   */
  public DeviceChoice {
    if (!NAMES.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "--device is '" + name + "'; it must be auto, cpu, gpu, or gpu:0,1 for certain GPUs.");
    }
  }

  /**
   * Asks TensorFlow for the devices that it sees.
   *
   * @param config the configuration of the sessions to come
   * @throws IllegalArgumentException if a GPU is asked for that is not there
   */
  public Devices require(ConfigProto config) {
    Devices devices;
    try {
      devices = Devices.with(config);
    } catch (TFInvalidArgumentException e) { // a number that no GPU has
      throw missing(e);
    }
    require(devices);
    return devices;
  }

  /**
   * As {@link #require(ConfigProto)}, for sessions that are configured by the choice alone.
   *
   * @throws IllegalArgumentException if a GPU is asked for that is not there
   */
  public Devices require() {
    return require(sessionConfig(false));
  }

  /**
   * Checks that as many GPUs are there as are asked for.
   *
   * @param devices the devices that TensorFlow sees of those that are asked for
   */
  public void require(Devices devices) {
    if (gpus().size() > devices.gpus()) {
      throw missing(null);
    }
  }

  private IllegalArgumentException missing(Exception cause) {
    return new IllegalArgumentException(
        "--device is %s, but TensorFlow does not see %s here; use --device cpu, or build with -Pgpu on a machine with CUDA."
            .formatted(
                name,
                gpus().stream().map(gpu -> "gpu:" + gpu).collect(Collectors.joining(" and "))),
        cause);
  }

  /**
   * Returns the options of a session on this device.
   *
   * @param deterministic whether ops run one after the other, so that sums always come about in the
   *     same order and two runs agree to the last bit; slower
   */
  public ConfigProto sessionConfig(boolean deterministic) {
    ConfigProto.Builder config = ConfigProto.newBuilder().setAllowSoftPlacement(true);
    if (deterministic) {
      // Otherwise the first session of the process decides how many threads there are.
      config.setInterOpParallelismThreads(1).setUsePerSessionThreads(true);
    }
    if (name.equals("cpu")) {
      config.putDeviceCount("GPU", 0);
    }
    GPUOptions.Builder gpu = GPUOptions.newBuilder().setAllowGrowth(true);
    gpu.setVisibleDeviceList(String.join(",", gpus()));
    return config.setGpuOptions(gpu).build();
  }

  /**
   * Returns how many GPUs that is.
   *
   * @param devices the devices that TensorFlow sees
   */
  public int gpuCount(Devices devices) {
    if (name.equals("auto")) {
      return devices.gpus();
    }
    return gpus().size();
  }

  /**
   * Returns how many towers keep all of it busy: one for each GPU, or for each core of a CPU.
   *
   * @param devices the devices that TensorFlow sees
   */
  public int towers(Devices devices) {
    int gpus = gpuCount(devices);
    return gpus == 0 ? Runtime.getRuntime().availableProcessors() : gpus;
  }

  /** Returns how many GPUs are asked for by name. */
  public int named() {
    return gpus().size();
  }

  /** The numbers of the GPUs that are asked for by name. */
  private List<String> gpus() {
    if (!name.startsWith("gpu")) {
      return List.of();
    }
    return name.equals("gpu") ? List.of("0") : Splitter.on(',').splitToList(name.substring(4));
  }
}
