package org.wideresnet.train;

import com.fasterxml.jackson.annotation.JsonValue;
import com.google.common.base.Splitter;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
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
   * Checks that TensorFlow sees the device.
   *
   * @param devices the devices that it sees
   * @throws IllegalArgumentException if a GPU is asked for that is not there
   */
  public void require(Devices devices) {
    Set<String> seen =
        devices.devices().stream().map(Devices.Device::name).collect(Collectors.toSet());
    for (String gpu : gpus()) {
      if (!seen.contains("gpu:" + gpu)) {
        throw new IllegalArgumentException(
            "--device is %s, but TensorFlow sees no gpu:%s here; use --device cpu, or build with -Pgpu on a machine with CUDA."
                .formatted(name, gpu));
      }
    }
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
  int gpuCount(Devices devices) {
    if (name.equals("auto")) {
      return (int) devices.devices().stream().filter(d -> d.type().equals("GPU")).count();
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

  /** The numbers of the GPUs that are asked for by name. */
  private List<String> gpus() {
    if (!name.startsWith("gpu")) {
      return List.of();
    }
    return name.equals("gpu") ? List.of("0") : Splitter.on(',').splitToList(name.substring(4));
  }
}
