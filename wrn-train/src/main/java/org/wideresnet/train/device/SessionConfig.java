package org.wideresnet.train.device;

import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.GPUOptions;
import org.tensorflow.proto.GraphOptions;
import org.tensorflow.proto.OptimizerOptions;
import org.tensorflow.proto.RewriterConfig;
import org.wideresnet.train.settings.ComputeSettings;
import org.wideresnet.train.settings.DeviceChoice;
import org.wideresnet.train.settings.Layout;

/** What TensorFlow's sessions are told of the devices, their memory and their threads. */
public final class SessionConfig {
  private SessionConfig() {}

  /**
   * Returns the configuration of the sessions of a training. The towers of a CPU share its cores:
   * so each is computed with fewer threads, and they keep out of each other's way. Workers on one
   * machine are told by the Java virtual machine how many cores each of them has. That takes the
   * environment variable {@code TF_OVERRIDE_GLOBAL_THREADPOOL=1}, without which the first session
   * of a process decides.
   */
  public static ConfigProto of(ComputeSettings settings) {
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

  /** Returns the configuration of sessions that evaluate on a device. */
  public static ConfigProto of(DeviceChoice device) {
    return of(ComputeSettings.DEFAULTS.with("device", device));
  }

  /** Returns the configuration of sessions, but for the threads of towers and workers. */
  static ConfigProto ofDevices(ComputeSettings settings) {
    ConfigProto.Builder config = ConfigProto.newBuilder().setAllowSoftPlacement(true);
    if (settings.deterministic()) {
      // Ops run one after the other, so that sums always come about in the same order. Without
      // threads of its own the first session of the process decides how many there are.
      config.setInterOpParallelismThreads(1).setUsePerSessionThreads(true);
    }
    if (settings.device().name().equals("cpu")) {
      config.putDeviceCount("GPU", 0);
    }
    config.setGpuOptions(gpu(settings));
    GraphOptions.Builder graph = config.getGraphOptionsBuilder();
    if (settings.xla()) {
      graph.getOptimizerOptionsBuilder().setGlobalJitLevel(OptimizerOptions.GlobalJitLevel.ON_1);
    }
    if (settings.layout() == Layout.NHWC) {
      graph.getRewriteOptionsBuilder().setLayoutOptimizer(RewriterConfig.Toggle.OFF);
    }
    return config.build();
  }

  private static GPUOptions gpu(ComputeSettings settings) {
    DeviceChoice device = settings.device();
    GPUOptions.Builder gpu = GPUOptions.newBuilder();
    gpu.setVisibleDeviceList(String.join(",", device.gpus()));
    gpu.setAllowGrowth(!settings.gpuMemory().text().equals("all"));
    if (settings.gpuMemory().limit().isPresent()) {
      // TensorFlow wants a limit for each of the GPUs; without names it uses the first.
      for (int i = 0; i < Math.max(1, device.gpus().size()); i++) {
        gpu.getExperimentalBuilder()
            .addVirtualDevicesBuilder()
            .addMemoryLimitMb(settings.gpuMemory().limit().getAsInt());
      }
    }
    return gpu.build();
  }
}
