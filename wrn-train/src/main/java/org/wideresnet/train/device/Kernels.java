package org.wideresnet.train.device;

import java.util.List;
import java.util.Map;
import org.wideresnet.model.Numerics;
import org.wideresnet.model.Precision;
import org.wideresnet.model.convolution.ConvolutionAlgorithm;
import org.wideresnet.train.settings.ComputeSettings;

/**
 * Which of TensorFlow's CPU kernels are used on a machine.
 *
 * @param oneDnn whether convolutions run on oneDNN, which is the faster on every x86 CPU
 * @param bfloat16 whether the CPU has instructions for bfloat16; without them it is slower than
 *     float32
 * @param maxInputChannels the most input channels that a convolution of a training step should
 *     take: see {@link Numerics}. For AVX2 alone oneDNN 3.5 has a slower algorithm for wide ones:
 *     3x3 convolutions of 640 channels run at 145 GFLOP/s on two cores of Zen 3, those of 160 at
 *     200, and WRN-28-10 trains 1.15 times as fast in parts of 160. With AVX-512 parts have not
 *     been measured.
 */
public record Kernels(boolean oneDnn, boolean bfloat16, int maxInputChannels) {

  /** The variable that TensorFlow reads when its library is loaded. */
  public static final String ONE_DNN_VARIABLE = "TF_ENABLE_ONEDNN_OPTS";

  /** With one of these TensorFlow turns oneDNN on by itself. */
  private static final List<String> ONE_DNN_BY_DEFAULT =
      List.of("avx512_vnni", "avx512_bf16", "avx_vnni", "amx_tile", "amx_int8", "amx_bf16");

  private static final int MAX_INPUT_CHANNELS_ON_AVX2 = 160;

  private static final List<String> BFLOAT16 = List.of("avx512_bf16", "amx_bf16", "bf16");

  /**
   * Returns what is used on a machine.
   *
   * @param environment the environment variables of this process
   */
  public static Kernels of(MachineInfo machine, Map<String, String> environment) {
    String variable = environment.getOrDefault(ONE_DNN_VARIABLE, "");
    boolean oneDnn =
        variable.isEmpty()
            ? hasOneOf(machine, ONE_DNN_BY_DEFAULT)
            : variable.equals("1") || variable.equalsIgnoreCase("true");
    boolean avx2Alone =
        hasOneOf(machine, List.of("avx2")) && !hasOneOf(machine, List.of("avx512f"));
    return new Kernels(
        oneDnn,
        hasOneOf(machine, BFLOAT16),
        oneDnn && avx2Alone ? MAX_INPUT_CHANNELS_ON_AVX2 : Numerics.UNLIMITED);
  }

  /** Returns the format in which convolutions are fastest: oneDNN has the kernels for bfloat16. */
  public Precision precision() {
    return oneDnn && bfloat16 ? Precision.BF16 : Precision.FP32;
  }

  /**
   * Returns the format in which convolutions are fastest on devices: bfloat16 where the GPUs, or
   * else the CPU, have instructions for it, float16 on GPUs that have them for that alone.
   */
  public static Precision fastest(Devices devices) {
    if (devices.hasGpu()) {
      return NvidiaSmi.ask().precision();
    }
    return ofThisMachine().precision();
  }

  /** Returns what is used on this machine. */
  public static Kernels ofThisMachine() {
    return of(MachineInfo.detect("none"), System.getenv());
  }

  /**
   * Returns how the ops of the network are computed; on GPUs convolutions are TensorFlow's own,
   * without a limit, since cuDNN chooses among forms of its own.
   */
  public static Numerics numerics(ComputeSettings settings) {
    int onCpu = ofThisMachine().maxInputChannels();
    boolean asked =
        onCpu != Numerics.UNLIMITED || settings.convolutions() != ConvolutionAlgorithm.DIRECT;
    return asked && Devices.of(settings).gpus(settings.device()) > 0
        ? new Numerics(settings.precision(), Numerics.UNLIMITED, ConvolutionAlgorithm.DIRECT)
        : new Numerics(settings.precision(), onCpu, settings.convolutions());
  }

  private static boolean hasOneOf(MachineInfo machine, List<String> sets) {
    return machine.instructionSets().stream().anyMatch(sets::contains);
  }
}
