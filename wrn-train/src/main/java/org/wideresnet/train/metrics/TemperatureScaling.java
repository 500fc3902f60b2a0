package org.wideresnet.train.metrics;

/**
 * Finds the temperature by which logits are to be divided so that the right classes get the largest
 * likelihood.
 *
 * @see <a href="https://arxiv.org/abs/1706.04599">Guo et al., section 4.2</a>
 */
public final class TemperatureScaling {
  /** The temperature lies between 1 / e^3 and e^3. */
  private static final double RANGE = 3;

  private static final double PRECISION = 1e-4;

  private TemperatureScaling() {}

  /**
   * Returns the temperature with the smallest mean negative log-likelihood.
   *
   * @param probabilities {@code [images][classes]}, of the temperature 1
   * @param labels the right classes
   * @throws IllegalArgumentException if there are no images, or not as many labels
   */
  public static double fit(float[][] probabilities, int[] labels) {
    if (labels.length == 0 || probabilities.length != labels.length) {
      throw new IllegalArgumentException(
          "There are %d rows of probabilities and %d labels; a temperature needs as many, and some."
              .formatted(probabilities.length, labels.length));
    }
    // The likelihood is a concave function of 1 / temperature, so it has one summit.
    double golden = (Math.sqrt(5) - 1) / 2;
    double low = -RANGE;
    double high = RANGE;
    while (high - low > PRECISION) {
      double left = high - golden * (high - low);
      double right = low + golden * (high - low);
      if (nll(probabilities, labels, Math.exp(left))
          < nll(probabilities, labels, Math.exp(right))) {
        high = right;
      } else {
        low = left;
      }
    }
    return Math.exp((low + high) / 2);
  }

  /** Returns the probabilities at a temperature, from those at 1. */
  public static float[] apply(float[] probabilities, double temperature) {
    double[] powers = new double[probabilities.length];
    double sum = 0;
    for (int i = 0; i < powers.length; i++) {
      powers[i] = Math.exp(log(probabilities[i]) / temperature);
      sum += powers[i];
    }
    float[] scaled = new float[powers.length];
    for (int i = 0; i < powers.length; i++) {
      scaled[i] = (float) (powers[i] / sum);
    }
    return scaled;
  }

  private static double nll(float[][] probabilities, int[] labels, double temperature) {
    double sumOfNll = 0;
    for (int i = 0; i < labels.length; i++) {
      double sum = 0;
      for (float probability : probabilities[i]) {
        sum += Math.exp(log(probability) / temperature);
      }
      sumOfNll += Math.log(sum) - log(probabilities[i][labels[i]]) / temperature;
    }
    return sumOfNll / labels.length;
  }

  private static double log(float probability) {
    return Math.log(Math.max(probability, Float.MIN_VALUE));
  }
}
