package org.wideresnet.cli.options;

import org.wideresnet.model.convolution.ConvolutionAlgorithm;
import picocli.CommandLine.Option;

/** Options that say how the work of a step is computed. */
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

  @Sets("options.convolutions")
  @Option(
      names = "--convolutions",
      paramLabel = "direct|winograd",
      description =
          "How a CPU computes 3x3 convolutions of 128 channels and more in fp32; winograd needs a "
              + "quarter of the multiplications and rounds differently (default: direct).")
  private ConvolutionAlgorithm convolutions;
}
