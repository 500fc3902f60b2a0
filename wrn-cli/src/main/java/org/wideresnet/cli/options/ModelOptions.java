package org.wideresnet.cli.options;

import org.wideresnet.model.DataFormat;
import org.wideresnet.model.WideResNet;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options that name a network which has not been trained. */
public final class ModelOptions {
  @Mixin private NetworkOptions network;

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
        network
            .config()
            .withDropout(dropout)
            .withDataFormat(channelsFirst ? DataFormat.CHANNELS_FIRST : DataFormat.CHANNELS_LAST));
  }
}
