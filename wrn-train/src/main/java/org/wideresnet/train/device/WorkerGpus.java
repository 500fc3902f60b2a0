package org.wideresnet.train.device;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.wideresnet.train.settings.DeviceChoice;

/**
 * The GPUs that the workers on one machine share out. Each worker has one and sees no other, which
 * takes an environment variable; TensorFlow would open all, and each worker compute on the first.
 * So who starts workers asks the driver, and opens no session.
 *
 * @param names the names that CUDA has for them; empty where the workers compute on the CPU
 */
public record WorkerGpus(List<String> names) {
  /** The environment variable of a worker that names its GPU. */
  public static final String VARIABLE = NvidiaSmi.VISIBLE;

  public WorkerGpus {
    names = List.copyOf(names);
  }

  /**
   * Returns those that a choice means on this machine: all for {@code auto} and {@code gpu}.
   *
   * @throws IllegalArgumentException if one is asked for that is not there
   */
  public static WorkerGpus of(DeviceChoice choice) {
    return of(choice, MissingGpu.isGpuBuild(), System.getenv(), NvidiaSmi::ask);
  }

  static WorkerGpus of(
      DeviceChoice choice,
      boolean gpuBuild,
      Map<String, String> environment,
      Supplier<NvidiaSmi> driver) {
    boolean none = choice.name().equals("cpu") || !gpuBuild;
    List<String> visible = none ? List.of() : driver.get().visible(environment);
    if (!choice.name().startsWith("gpu:")) {
      return new WorkerGpus(visible);
    }
    List<String> chosen = new ArrayList<>();
    for (String number : choice.gpus()) {
      int index = Integer.parseInt(number);
      if (index >= visible.size()) {
        throw Devices.missing(choice, null);
      }
      chosen.add(visible.get(index));
    }
    return new WorkerGpus(chosen);
  }

  /** Returns the GPU of a worker; with more workers than GPUs some share one. */
  public Optional<String> ofWorker(int index) {
    return names.isEmpty() ? Optional.empty() : Optional.of(names.get(index % names.size()));
  }

  /**
   * Returns the devices that a worker will see.
   *
   * @throws IllegalArgumentException if a GPU is asked for and there is none
   */
  public Devices devicesOfWorker(DeviceChoice choice) {
    List<Devices.Device> devices = new ArrayList<>();
    devices.add(new Devices.Device("cpu:0", "CPU", 0));
    if (!names.isEmpty()) {
      devices.add(new Devices.Device("gpu:0", "GPU", 0));
    }
    Devices ofWorker = new Devices(devices);
    ofWorker.require(choice);
    return ofWorker;
  }
}
