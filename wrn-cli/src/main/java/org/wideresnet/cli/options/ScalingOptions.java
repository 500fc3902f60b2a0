package org.wideresnet.cli.options;

import picocli.CommandLine.Option;

/** Options that split the work of a step in a process. */
public final class ScalingOptions {
  @Sets("options.towers")
  @Option(
      names = "--towers",
      paramLabel = "N|auto",
      description =
          "Compute N equal parts of each batch side by side; auto takes one for each GPU, else one "
              + "for each core (default: 1).")
  private String towers;

  @Sets("options.accumulate")
  @Option(
      names = "--accumulate",
      paramLabel = "N",
      description =
          "Compute N equal parts of each batch one after the other, which needs less memory "
              + "(default: 1).")
  private Integer accumulate;
}
