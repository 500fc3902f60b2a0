package org.wideresnet.train.device;

import static org.tensorflow.internal.c_api.global.tensorflow.TF_DeleteBuffer;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_GetRegisteredKernelsForOp;

import com.google.protobuf.InvalidProtocolBufferException;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.bytedeco.javacpp.Loader;
import org.tensorflow.TensorFlow;
import org.tensorflow.internal.c_api.TF_Buffer;
import org.tensorflow.internal.c_api.TF_Status;
import org.tensorflow.proto.KernelList;

/** Why TensorFlow sees no GPU, which it tells its log alone. */
public final class MissingGpu {
  private static final String DRIVER = "libcuda.so.1";

  /** What TensorFlow 2.18 opens before it looks for a GPU; without one of them it sees none. */
  private static final List<String> LIBRARIES =
      List.of(
          "libcudart.so.12",
          "libcublas.so.12",
          "libcublasLt.so.12",
          "libcufft.so.11",
          "libcusolver.so.11",
          "libcusparse.so.12",
          "libcudnn.so.9");

  private MissingGpu() {}

  /** Returns whether this TensorFlow has kernels for GPUs. Opens no session. */
  public static boolean isGpuBuild() {
    TensorFlow.version(); // loads the native library
    try (TF_Status status = TF_Status.newStatus()) {
      TF_Buffer kernels = TF_GetRegisteredKernelsForOp("Conv2D", status);
      status.throwExceptionIfNotOK();
      try {
        return KernelList.parseFrom(kernels.copyData()).getKernelList().stream()
            .anyMatch(kernel -> kernel.getDeviceType().equals("GPU"));
      } catch (InvalidProtocolBufferException e) {
        throw new IllegalStateException(e);
      } finally {
        TF_DeleteBuffer(kernels);
      }
    }
  }

  /** Returns the reason on this machine, as what follows "since". */
  public static String reason() {
    return reason(isGpuBuild(), System.getenv(), MissingGpu::canLoad, NvidiaSmi::ask);
  }

  static String reason(
      boolean gpuBuild,
      Map<String, String> environment,
      Predicate<String> canLoad,
      Supplier<NvidiaSmi> driver) {
    if (!gpuBuild) {
      return "this is the build of TensorFlow for CPUs";
    }
    if (!canLoad.test(DRIVER)) {
      return "there is no NVIDIA driver (%s) here".formatted(DRIVER);
    }
    NvidiaSmi smi = driver.get();
    if (!smi.failure().isEmpty()) {
      return "the NVIDIA driver says \"%s\"".formatted(smi.failure());
    }
    if (environment.containsKey(NvidiaSmi.VISIBLE) && smi.visible(environment).isEmpty()) {
      return "%s is '%s' and hides every GPU"
          .formatted(NvidiaSmi.VISIBLE, environment.get(NvidiaSmi.VISIBLE));
    }
    List<String> missing = LIBRARIES.stream().filter(canLoad.negate()).toList();
    return missing.isEmpty()
        ? "TensorFlow refuses the GPUs; with TF_CPP_MIN_LOG_LEVEL=0 it says why"
        : "%s of CUDA 12 and cuDNN 9 cannot be loaded".formatted(String.join(", ", missing));
  }

  private static boolean canLoad(String library) {
    try {
      Loader.loadGlobal(library);
      return true;
    } catch (UnsatisfiedLinkError e) {
      return false;
    }
  }
}
