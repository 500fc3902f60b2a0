package org.wideresnet.cli.options;

import java.util.function.Supplier;
import org.wideresnet.model.Precision;
import org.wideresnet.train.device.Devices;
import org.wideresnet.train.device.Kernels;
import picocli.CommandLine.Option;

/** The option that says in which number format convolutions are computed. */
public final class PrecisionOption {
  /** The values of the option. */
  private enum Choice {
    FP32,
    BF16,
    FP16,
    AUTO
  }

  @Sets("options.precision")
  @Option(
      names = "--precision",
      paramLabel = "fp32|bf16|fp16|auto",
      description =
          "Number format of the convolutions; fp16 is for training on a GPU, and scales the loss; "
              + "auto is bf16 where the CPU or GPU has instructions for it, fp16 on older GPUs with "
              + "Tensor Cores (default: fp32).")
  private Choice choice;

  /**
   * Returns the format of an export, for which {@code auto} is never fp16.
   *
   * @param fallback the one where none was given
   * @param devices those that {@code auto} goes by
   */
  public Precision precision(Precision fallback, Supplier<Devices> devices) {
    if (choice == null) {
      return fallback;
    }
    return switch (choice) {
      case FP32 -> Precision.FP32;
      case BF16 -> Precision.BF16;
      case FP16 -> Precision.FP16;
      case AUTO -> {
        Precision fastest = Kernels.fastest(devices.get());
        yield fastest == Precision.FP16 ? Precision.FP32 : fastest;
      }
    };
  }

  /** Returns whether this processor has instructions for a format. */
  public static boolean isFast(Precision precision) {
    return precision == Precision.FP32 || precision == Kernels.ofThisMachine().precision();
  }
}
