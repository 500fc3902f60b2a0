package org.wideresnet.export;

/**
 * A temperature that the logits of an export are divided by, so that its probabilities say how
 * often it is right. It moves no class past another.
 *
 * @param temperature positive; above 1 where the network is too sure of itself
 * @param images how many images of a validation split it was fitted on
 * @param eceBefore the expected calibration error on these images without it
 * @param eceAfter the error with it
 * @see <a href="https://arxiv.org/abs/1706.04599">Guo et al., section 4.2</a>
 */
public record Calibration(double temperature, int images, double eceBefore, double eceAfter) {
  /**
   * Checks the temperature.
   *
   * @throws IllegalArgumentException if it is not positive and finite
   */
  public Calibration {
    if (!(temperature > 0 && temperature < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "The temperature is " + temperature + "; it must be positive.");
    }
  }
}
