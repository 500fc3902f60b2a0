package org.wideresnet.cli.options;

import org.wideresnet.train.settings.Layout;
import org.wideresnet.train.settings.Tf32;
import picocli.CommandLine.Option;

/** Options that matter on a GPU. */
public final class GpuOptions {
  @Sets("options.gpu_memory")
  @Option(
      names = "--gpu-memory",
      paramLabel = "grow|all|MIB",
      description =
          "How much of each GPU's memory to take: as it is needed, all of it, or that many MiB "
              + "(default: grow).")
  private String memory;

  @Sets("options.layout")
  @Option(
      names = "--layout",
      paramLabel = "auto|nhwc",
      description =
          "Order of the dimensions between the layers; auto leaves it to TensorFlow "
              + "(default: auto).")
  private Layout layout;

  @Sets("options.tf32")
  @Option(
      names = "--tf32",
      paramLabel = "on|off",
      description =
          "Whether --precision fp32 may compute in TF32, with ten bits of the significand, where "
              + "the GPU can (default: on, or what NVIDIA_TF32_OVERRIDE says).")
  private Tf32 tf32;

  @Sets("options.xla")
  @Option(
      names = "--xla",
      description =
          "Let XLA compile the graph for the GPU; the first step takes longer. A CPU passes over "
              + "it, unless TF_XLA_FLAGS=--tf_xla_cpu_global_jit is set, and is slower then.")
  private boolean xla;
}
