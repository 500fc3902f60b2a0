package org.wideresnet.cli.options;

import org.wideresnet.model.Variant;
import org.wideresnet.model.WideResNetConfig;
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

  /** Returns the network, without dropout, for channels-last input. */
  public WideResNetConfig config() {
    return WideResNetConfig.parse(model, variant, classes);
  }
}
