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
import org.bytedeco.javacpp.BytePointer;
import org.tensorflow.TensorFlow;
import org.tensorflow.internal.c_api.TF_DeviceList;
import org.tensorflow.internal.c_api.TF_Graph;
import org.tensorflow.internal.c_api.TF_Session;
import org.tensorflow.internal.c_api.TF_SessionOptions;
import org.tensorflow.internal.c_api.TF_Status;
import org.tensorflow.proto.ConfigProto;

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

  /** Copies the list. */
  public Devices {
    devices = List.copyOf(devices);
  }

  /** Returns all of them. */
  public static Devices ofThisMachine() {
    return DeviceChoice.AUTO.require();
  }

  /**
   * Asks TensorFlow. Java has no call for it, so this uses the C interface below. The first session
   * of a process, such as this one, decides which GPUs there are and how their memory is taken.
   *
   * @param sessionConfig the configuration of the sessions to come
   */
  static Devices with(ConfigProto sessionConfig) {
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
