package org.wideresnet.model.variables;

import java.util.List;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.proto.ConfigProto;

/**
 * Makes sessions, and says which GPUs they have. All sessions of a process that have GPUs must name
 * the same ones, or TensorFlow fails with "GPU:0 is being mapped to multiple devices"; the first of
 * them decides how their memory is taken. So a session has either the GPUs that its process was
 * told to use, or none.
 */
public final class Sessions {
  private static final ConfigProto CPU = ConfigProto.newBuilder().putDeviceCount("GPU", 0).build();

  private Sessions() {}

  /** Returns the configuration of sessions that have no GPU. */
  public static ConfigProto onCpu() {
    return CPU;
  }

  /**
   * Returns the configuration of sessions that take memory of a GPU when they need it; without a
   * GPU they use the CPU.
   *
   * @param gpus the numbers of the GPUs, the same ones in the whole process; all if empty
   */
  public static ConfigProto onGpus(List<String> gpus) {
    ConfigProto.Builder config = ConfigProto.newBuilder();
    config.getGpuOptionsBuilder().setVisibleDeviceList(String.join(",", gpus)).setAllowGrowth(true);
    return config.build();
  }

  /**
   * Opens a session that has no GPU: for what reads or writes files, and for what must not be
   * rounded to TF32.
   */
  public static Session open(Graph graph) {
    return open(graph, CPU);
  }

  /** Opens a session with a configuration that was made from one of the above. */
  public static Session open(Graph graph, ConfigProto config) {
    return new Session(graph, config);
  }
}
