package org.wideresnet.train.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class TemperatureScalingTest {
  private static final int IMAGES = 20_000;

  /** Labels are drawn by true probabilities, which a network then states too surely, or not. */
  @Test
  void findsTheTemperatureThatUndoesTooMuchConfidence() {
    for (double temperature : new double[] {0.5, 1, 2.5}) {
      Random random = new Random(1);
      float[][] stated = new float[IMAGES][];
      int[] labels = new int[IMAGES];
      for (int i = 0; i < IMAGES; i++) {
        float[] truth = probabilities(random);
        labels[i] = draw(truth, random.nextDouble());
        stated[i] = TemperatureScaling.apply(truth, 1 / temperature);
      }
      assertThat(TemperatureScaling.fit(stated, labels))
          .isCloseTo(temperature, within(0.05 * temperature));
    }
  }

  /** 9 to 1 is stated where 3 to 1 is true, and the square root of 9 is 3. */
  @Test
  void twoClassesHaveATemperatureInClosedForm() {
    float[] stated = {0.9f, 0.1f};
    assertThat(
            TemperatureScaling.fit(
                new float[][] {stated, stated, stated, stated}, new int[] {0, 0, 0, 1}))
        .isCloseTo(2, within(1e-3));
  }

  @Test
  void staysWithinItsRange() {
    float[] stated = {0.6f, 0.4f};
    assertThat(TemperatureScaling.fit(new float[][] {stated}, new int[] {0}))
        .isCloseTo(Math.exp(-3), within(1e-4));
    assertThat(TemperatureScaling.fit(new float[][] {stated}, new int[] {1}))
        .isCloseTo(Math.exp(3), within(1e-2));
  }

  @Test
  void leavesProbabilitiesThatAddUpAndTheirOrder() {
    assertThat(TemperatureScaling.apply(new float[] {0.8f, 0.2f}, 1))
        .containsExactly(new float[] {0.8f, 0.2f}, within(1e-6f));
    assertThat(TemperatureScaling.apply(new float[] {0.8f, 0.2f}, 2))
        .containsExactly(new float[] {2 / 3f, 1 / 3f}, within(1e-6f));
    assertThat(TemperatureScaling.apply(new float[] {1, 0, 0}, 3)[0]).isGreaterThan(0.99f);
  }

  @Test
  void needsImages() {
    assertThatThrownBy(() -> TemperatureScaling.fit(new float[0][], new int[0]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> TemperatureScaling.fit(new float[][] {{1}}, new int[2]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1 rows of probabilities and 2 labels");
  }

  private static float[] probabilities(Random random) {
    double[] logits = random.doubles(5).map(x -> 4 * x).toArray();
    float[] result = new float[5];
    double sum = 0;
    for (double logit : logits) {
      sum += Math.exp(logit);
    }
    for (int i = 0; i < 5; i++) {
      result[i] = (float) (Math.exp(logits[i]) / sum);
    }
    return result;
  }

  private static int draw(float[] probabilities, double at) {
    double sum = 0;
    for (int i = 0; i < probabilities.length - 1; i++) {
      sum += probabilities[i];
      if (at < sum) {
        return i;
      }
    }
    return probabilities.length - 1;
  }
}
