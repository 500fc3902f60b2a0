package org.wideresnet.train.device;

import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.GPUOptions;
import org.tensorflow.proto.GraphOptions;
import org.tensorflow.proto.OptimizerOptions;
import org.tensorflow.proto.RewriterConfig;
import org.wideresnet.model.variables.Sessions;
import org.wideresnet.train.settings.ComputeSettings;
import org.wideresnet.train.settings.DeviceChoice;
import org.wideresnet.train.settings.Layout;

/** What TensorFlow's sessions are told of the devices, their memory and their threads. */
public final class SessionConfig {
  private SessionConfig() {}

  /** Opens a session for a training. */
  public static Session open(Graph graph, ComputeSettings settings) {
    return Sessions.open(graph, of(settings));
  }

  /** Opens a session that evaluates on a device. */
  public static Session open(Graph graph, DeviceChoice device) {
    return open(graph, ComputeSettings.DEFAULTS.with("device", device));
  }

  /**
   * Returns the configuration of the sessions of a training. The towers of a CPU share its cores:
   * so each is computed with fewer threads, and they keep out of each other's way. Workers on one
   * machine are told by the Java virtual machine how many cores each of them has. That takes the
   * environment variable {@code TF_OVERRIDE_GLOBAL_THREADPOOL=1}, without which the first session
   * of a process decides.
   */
  static ConfigProto of(ComputeSettings settings) {
    ConfigProto.Builder config = ofDevices(settings).toBuilder();
    int cores = Runtime.getRuntime().availableProcessors();
    boolean deterministic = settings.deterministic();
    if (settings.workers() > 1 || (settings.towers() > 1 && !deterministic)) {
      config.setIntraOpParallelismThreads(
          deterministic ? cores : Math.max(1, cores / settings.towers()));
    }
    if (settings.workers() > 1 && !deterministic) {
      config.setInterOpParallelismThreads(cores).setUsePerSessionThreads(true);
    }
    return config.build();
  }

  /** Returns the configuration of sessions, but for the threads of towers and workers. */
  static ConfigProto ofDevices(ComputeSettings settings) {
    DeviceChoice device = settings.device();
    boolean cpu = device.name().equals("cpu");
    ConfigProto.Builder config =
        (cpu ? Sessions.onCpu() : Sessions.onGpus(device.gpus()))
            .toBuilder().setAllowSoftPlacement(true);
    if (settings.deterministic()) {
      // Ops run one after the other, so that sums always come about in the same order. Without
      // threads of its own the first session of the process decides how many there are.
      config.setInterOpParallelismThreads(1).setUsePerSessionThreads(true);
    }
    limitMemory(config.getGpuOptionsBuilder(), settings);
    GraphOptions.Builder graph = config.getGraphOptionsBuilder();
    if (settings.xla()) {
      graph.getOptimizerOptionsBuilder().setGlobalJitLevel(OptimizerOptions.GlobalJitLevel.ON_1);
    }
    if (settings.layout() == Layout.NHWC) {
      graph.getRewriteOptionsBuilder().setLayoutOptimizer(RewriterConfig.Toggle.OFF);
    }
    return config.build();
  }

  private static void limitMemory(GPUOptions.Builder gpu, ComputeSettings settings) {
    if (settings.gpuMemory().text().equals("all")) {
      gpu.setAllowGrowth(false);
    }
    if (settings.gpuMemory().limit().isPresent()) {
      // TensorFlow wants a limit for each of the GPUs; without names it uses the first.
      for (int i = 0; i < Math.max(1, settings.device().gpus().size()); i++) {
        gpu.getExperimentalBuilder()
            .addVirtualDevicesBuilder()
            .addMemoryLimitMb(settings.gpuMemory().limit().getAsInt());
      }
    }
  }
}
