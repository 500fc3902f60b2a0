package org.wideresnet.cli.options;

import org.wideresnet.model.Variant;
import org.wideresnet.model.WideResNetConfig;
import org.wideresnet.model.WideResNetConfig.Padding;
import picocli.CommandLine.Option;

/** Options that name a network by its size and variant. */
public final class NetworkOptions {
  @Option(
      names = "--model",
      paramLabel = "WRN-D-K",
      defaultValue = "wrn-16-2",
      description = "Depth and widen factor (default: ${DEFAULT-VALUE}).")
  private String model;

  @Option(
      names = "--classes",
      paramLabel = "N",
      defaultValue = "10",
      description = "Number of classes (default: ${DEFAULT-VALUE}).")
  private int classes;

  @Option(
      names = "--variant",
      paramLabel = "paper|keras",
      defaultValue = "paper",
      description = "The paper's network or the Keras original's (default: ${DEFAULT-VALUE}).")
  private Variant variant;

  @Option(
      names = "--padding",
      paramLabel = "same|symmetric",
      description =
          "Zeros around the input of strided 3x3 convolutions: TensorFlow's, or a pixel on each "
              + "side as in the authors' code (default: symmetric for paper, same for keras).")
  private Padding padding;

  /** Returns the network, without dropout, for channels-last input. */
  public WideResNetConfig config() {
    WideResNetConfig config = WideResNetConfig.parse(model, variant, classes);
    return padding == null ? config : config.withPadding(padding);
  }
}
