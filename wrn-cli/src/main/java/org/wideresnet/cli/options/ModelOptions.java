package org.wideresnet.cli.options;

import org.wideresnet.model.DataFormat;
import org.wideresnet.model.Variant;
import org.wideresnet.model.WideResNet;
import org.wideresnet.model.WideResNetConfig;
import picocli.CommandLine.Option;

/** Options that name a network which has not been trained. */
public final class ModelOptions {
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
      defaultValue = "keras",
      description = "The paper's network or the Keras original's (default: ${DEFAULT-VALUE}).")
  private Variant variant;

  @Option(
      names = "--dropout",
      paramLabel = "P",
      defaultValue = "0",
      description = "Share of activations that dropout zeroes (default: ${DEFAULT-VALUE}).")
  private float dropout;

  @Option(names = "--channels-first", description = "The input is [3, 32, 32] and not [32, 32, 3].")
  private boolean channelsFirst;

  public WideResNet network() {
    return WideResNet.of(
        WideResNetConfig.parse(model, variant, classes)
            .withDropout(dropout)
            .withDataFormat(channelsFirst ? DataFormat.CHANNELS_FIRST : DataFormat.CHANNELS_LAST));
  }
}
