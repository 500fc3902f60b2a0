package org.wideresnet.cli.options;

import org.wideresnet.train.settings.ComputeSettings;
import picocli.CommandLine.Option;

/** Options that split the work of a step in a process. */
public final class ScalingOptions {
  private static final String AUTO = "auto";

  @Option(
      names = "--towers",
      paramLabel = "N|auto",
      description =
          "Compute N equal parts of each batch side by side; auto takes one for each GPU, else one "
              + "for each core (default: 1).")
  private String towers;

  @Option(
      names = "--accumulate",
      paramLabel = "N",
      description =
          "Compute N equal parts of each batch one after the other, which needs less memory "
              + "(default: 1).")
  private Integer accumulate;

  /**
   * Sets what was given.
   *
   * @param options knows the device already
   */
  public ComputeSettings applyTo(ComputeSettings options) {
    ComputeSettings.Builder builder = options.toBuilder();
    if (towers != null) {
      builder.towers(towers.equals(AUTO) ? options.device().towers(options.devices()) : count());
    }
    if (accumulate != null) {
      builder.accumulate(accumulate);
    }
    return builder.build();
  }

  private int count() {
    try {
      return Integer.parseInt(towers);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "--towers is '%s'; it must be a number or auto.".formatted(towers), e);
    }
  }
}
