package org.wideresnet.train.device;

import static org.tensorflow.internal.c_api.global.tensorflow.TF_DeleteDeviceList;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_DeviceListCount;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_DeviceListMemoryBytes;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_DeviceListName;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_DeviceListType;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_SessionListDevices;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_SetConfig;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.bytedeco.javacpp.BytePointer;
import org.tensorflow.TensorFlow;
import org.tensorflow.exceptions.TFInvalidArgumentException;
import org.tensorflow.internal.c_api.TF_DeviceList;
import org.tensorflow.internal.c_api.TF_Graph;
import org.tensorflow.internal.c_api.TF_Session;
import org.tensorflow.internal.c_api.TF_SessionOptions;
import org.tensorflow.internal.c_api.TF_Status;
import org.tensorflow.proto.ConfigProto;
import org.wideresnet.data.pipeline.Determinism;
import org.wideresnet.train.settings.ComputeSettings;
import org.wideresnet.train.settings.DeviceChoice;

/**
 * The devices that TensorFlow sees on this machine.
 *
 * @param devices the devices, the CPU first
 */
public record Devices(List<Device> devices) {
  /**
   * A device.
   *
   * @param name its name for {@code --device} and for TensorFlow's {@code withDevice}, such as
   *     {@code cpu:0} or {@code gpu:0}
   * @param type {@code CPU} or {@code GPU}
   * @param memoryBytes the memory that TensorFlow may take of it; says nothing for a CPU
   */
  public record Device(String name, String type, long memoryBytes) {}

  public Devices {
    devices = List.copyOf(devices);
  }

  /** Returns all of them. */
  public static Devices ofThisMachine() {
    return of(ComputeSettings.DEFAULTS);
  }

  /**
   * Returns the devices that TensorFlow sees with these settings. The first session of a process
   * decides which GPUs it has and how much of their memory, so it must not be another's.
   *
   * @throws IllegalArgumentException if a GPU is asked for that is not there, or determinism on one
   *     without {@link Determinism#VARIABLE}
   */
  public static Devices of(ComputeSettings settings) {
    try {
      Devices devices = with(SessionConfig.ofDevices(settings));
      devices.require(settings.device());
      devices.requireDeterminism(settings, System.getenv());
      return devices;
    } catch (TFInvalidArgumentException e) { // a number that no GPU has
      throw missing(settings.device(), e);
    }
  }

  /**
   * Checks that as many GPUs are there as are asked for.
   *
   * @throws IllegalArgumentException if not
   */
  void require(DeviceChoice choice) {
    if (choice.gpus().size() > gpus()) {
      throw missing(choice, null);
    }
  }

  /**
   * Checks that a GPU adds up in the same order always, if that is asked for.
   *
   * @throws IllegalArgumentException if not
   */
  void requireDeterminism(ComputeSettings settings, Map<String, String> environment) {
    if (settings.deterministic() && gpus(settings.device()) > 0 && !Determinism.isOn(environment)) {
      throw new IllegalArgumentException(
          "Deterministic training on a GPU takes %s=1 in the environment when the program starts, which the option --deterministic of ./wrn train sets; set it, or use --device cpu."
              .formatted(Determinism.VARIABLE));
    }
  }

  /**
   * Says what is computed on, and why, in a sentence.
   *
   * @param choice what was asked for
   * @param reason why there is no GPU, if there is none
   */
  String use(DeviceChoice choice, String gpu, Supplier<String> reason) {
    String asked = "as --device %s says".formatted(choice.name());
    if (gpus(choice) > 0) {
      return "Computing on a GPU, %s: %s"
          .formatted(choice.equals(DeviceChoice.AUTO) ? "since TensorFlow sees one" : asked, gpu);
    }
    MachineInfo machine = MachineInfo.detect("none");
    return "Computing on the CPU, %s: %s, %d core%s"
        .formatted(
            choice.equals(DeviceChoice.AUTO) ? "since " + reason.get() : asked,
            machine.cpu(),
            machine.cores(),
            machine.cores() == 1 ? "" : "s");
  }

  /** Says what is computed on with a choice on this machine, and why, in a sentence. */
  public String use(DeviceChoice choice) {
    return use(choice, gpu(choice), MissingGpu::reason);
  }

  /** Returns whether a choice ends on the CPU although this TensorFlow has kernels for GPUs. */
  public boolean fallsToCpu(DeviceChoice choice) {
    return choice.equals(DeviceChoice.AUTO) && !hasGpu() && MissingGpu.isGpuBuild();
  }

  /** Names the GPUs of a choice, their driver, and whether TF32 is on; {@code none} without one. */
  public String gpu(DeviceChoice choice) {
    return gpus(choice) == 0
        ? "none"
        : NvidiaSmi.ask().describe(choice, gpus(choice), System.getenv());
  }

  static IllegalArgumentException missing(DeviceChoice choice, Exception cause) {
    String gpus =
        choice.gpus().stream().map(gpu -> "gpu:" + gpu).collect(Collectors.joining(" and "));
    return new IllegalArgumentException(
        "--device is %s, but TensorFlow does not see %s here; use --device cpu, or build with -Pgpu on a machine with CUDA."
            .formatted(choice.name(), gpus),
        cause);
  }

  /** Returns how many GPUs a choice means. */
  public int gpus(DeviceChoice choice) {
    return choice.equals(DeviceChoice.AUTO) ? gpus() : choice.gpus().size();
  }

  /**
   * Returns how many towers keep all of a choice busy: one for each GPU, or for each core of a CPU.
   */
  public int towers(DeviceChoice choice) {
    int gpus = gpus(choice);
    return gpus == 0 ? Runtime.getRuntime().availableProcessors() : gpus;
  }

  /**
   * Asks TensorFlow. Java has no call for it, so this uses the C interface below. The first session
   * of a process, such as this one, decides which GPUs there are and how their memory is taken.
   *
   * @param sessionConfig the configuration of the sessions to come
   */
  private static Devices with(ConfigProto sessionConfig) {
    TensorFlow.version(); // loads the native library
    byte[] config = sessionConfig.toByteArray();
    try (TF_Status status = TF_Status.newStatus();
        BytePointer proto = new BytePointer(config);
        TF_SessionOptions options = TF_SessionOptions.newSessionOptions();
        TF_Graph graph = TF_Graph.newGraph()) {
      TF_SetConfig(options, proto, config.length, status);
      status.throwExceptionIfNotOK();
      try (TF_Session session = TF_Session.newSession(graph, options, status)) {
        status.throwExceptionIfNotOK();
        TF_DeviceList list = TF_SessionListDevices(session, status);
        status.throwExceptionIfNotOK();
        try {
          return new Devices(read(list, status));
        } finally {
          TF_DeleteDeviceList(list);
        }
      }
    }
  }

  /** Returns whether there is a GPU among them. */
  public boolean hasGpu() {
    return gpus() > 0;
  }

  /** Returns how many GPUs are among them. */
  public int gpus() {
    return (int) devices.stream().filter(device -> device.type().equals("GPU")).count();
  }

  private static List<Device> read(TF_DeviceList list, TF_Status status) {
    List<Device> devices = new ArrayList<>();
    for (int i = 0; i < TF_DeviceListCount(list); i++) {
      String type = TF_DeviceListType(list, i, status).getString();
      // /job:localhost/replica:0/task:0/device:GPU:0
      String name = TF_DeviceListName(list, i, status).getString();
      if (type.equals("CPU") || type.equals("GPU")) {
        devices.add(
            new Device(
                name.substring(name.indexOf("device:") + 7).toLowerCase(Locale.ROOT),
                type,
                TF_DeviceListMemoryBytes(list, i, status)));
      }
    }
    status.throwExceptionIfNotOK();
    return devices;
  }
}
