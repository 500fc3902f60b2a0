package org.wideresnet.train.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Locale;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MetricsTest {

  private static final Offset<Double> CLOSE = within(1e-7);

  private final Locale locale = Locale.getDefault();

  @AfterEach
  void restoreLocale() {
    Locale.setDefault(locale);
  }

  private static Metrics threeClasses() {
    Metrics evaluation = new Metrics(3);
    evaluation.add(
        new float[][] {{0.7f, 0.2f, 0.1f}, {0.1f, 0.3f, 0.6f}, {0.25f, 0.5f, 0.25f}},
        new int[] {0, 1, 1});
    evaluation.add(new float[][] {{0.9f, 0.05f, 0.05f}}, new int[] {2});
    return evaluation;
  }

  @Test
  void metricsEqualThoseComputedByHand() {
    Metrics evaluation = threeClasses();

    assertThat(evaluation.examples()).isEqualTo(4);
    assertThat(evaluation.accuracy()).isEqualTo(0.5);
    assertThat(evaluation.top5Accuracy()).isEqualTo(1);
    assertThat(evaluation.nll())
        .isEqualTo(-(Math.log(0.7) + Math.log(0.3) + Math.log(0.5) + Math.log(0.05)) / 4, CLOSE);
    assertThat(evaluation.confusionMatrix())
        .isDeepEqualTo(new long[][] {{1, 0, 0}, {0, 1, 1}, {1, 0, 0}});
  }

  @Test
  void theCalibrationErrorIsTheWeightedMeanOverTheBins() {
    // 0.7 and 0.5 are right, 0.6 and 0.9 wrong, each in a bin of its own.
    assertThat(threeClasses().ece()).isEqualTo((0.3 + 0.6 + 0.5 + 0.9) / 4, CLOSE);

    // 0.61, 0.65 and 2/3 share the bin (0.6, 0.6667]; two of three are right. 0.6 has its own.
    Metrics evaluation = new Metrics(2);
    float[] tops = {0.61f, 0.65f, 2 / 3f, 0.6f};
    int[] labels = {0, 1, 0, 0};
    for (int i = 0; i < tops.length; i++) {
      evaluation.add(new float[][] {{tops[i], 1 - tops[i]}}, new int[] {labels[i]});
    }
    double shared = Math.abs(2 - (0.61 + 0.65 + 2 / 3.0));
    assertThat(evaluation.ece()).isEqualTo((shared + 0.4) / 4, CLOSE);
  }

  @Test
  void aBinOfTheReliabilityDiagramKnowsHowSureAndHowOftenRight() {
    List<Metrics.ReliabilityBin> bins = threeClasses().reliability();

    assertThat(bins).hasSize(15);
    assertThat(bins.get(10).examples()).isEqualTo(1); // (10/15, 11/15] holds 0.7
    assertThat(bins.get(10).confidence()).isEqualTo(0.7, CLOSE);
    assertThat(bins.get(10).accuracy()).isEqualTo(1);
    assertThat(bins.get(13).accuracy()).isZero(); // 0.9, which is wrong
    assertThat(bins.get(0).confidence()).isNaN();
  }

  @Test
  void thePairsThatAreConfusedMostComeFirst() {
    Metrics evaluation = threeClasses();
    evaluation.add(new float[][] {{0.1f, 0.2f, 0.7f}}, new int[] {1});

    assertThat(evaluation.mostConfused(5))
        .containsExactly(new Metrics.Confusion(1, 2, 2), new Metrics.Confusion(2, 0, 1));
    assertThat(evaluation.mostConfused(1)).containsExactly(new Metrics.Confusion(1, 2, 2));
  }

  @Test
  void aClassifierThatIsAsSureAsItIsRightIsCalibrated() {
    Metrics evaluation = new Metrics(2);
    for (int i = 0; i < 4; i++) {
      evaluation.add(new float[][] {{0.75f, 0.25f}}, new int[] {i == 3 ? 1 : 0});
    }

    assertThat(evaluation.ece()).isZero();
  }

  @Test
  void theFiveMostProbableClassesCount() {
    float[] row = {0.05f, 0.05f, 0.1f, 0.1f, 0.2f, 0.2f, 0.3f};
    Metrics evaluation = new Metrics(7);
    for (int label = 0; label < 7; label++) {
      evaluation.add(new float[][] {row}, new int[] {label});
    }

    assertThat(evaluation.accuracy()).isEqualTo(1 / 7.0);
    assertThat(evaluation.top5Accuracy()).isEqualTo(5 / 7.0);
  }

  @Test
  void ofEqualProbabilitiesTheLowerClassComesFirst() {
    float[] even = {0.125f, 0.125f, 0.125f, 0.125f, 0.125f, 0.125f, 0.125f, 0.125f};
    Metrics evaluation = new Metrics(8);
    for (int label = 0; label < 8; label++) {
      evaluation.add(new float[][] {even}, new int[] {label});
    }

    assertThat(evaluation.accuracy()).isEqualTo(1 / 8.0);
    assertThat(evaluation.top5Accuracy()).isEqualTo(5 / 8.0);
    assertThat(evaluation.confusionMatrix()[7]).containsExactly(1, 0, 0, 0, 0, 0, 0, 0);
  }

  @Test
  void aProbabilityOfZeroDoesNotMakeTheLikelihoodInfinite() {
    Metrics evaluation = new Metrics(2);
    evaluation.add(new float[][] {{1, 0}}, new int[] {1});

    assertThat(evaluation.nll()).isEqualTo(149 * Math.log(2), CLOSE);
    assertThat(evaluation.ece()).isEqualTo(1);
  }

  @Test
  void classesAreScoredByPrecisionAndRecall() {
    assertThat(threeClasses().classScores())
        .containsExactly(
            new Metrics.ClassScore(0, 1, 0.5, 1),
            new Metrics.ClassScore(1, 2, 1, 0.5),
            new Metrics.ClassScore(2, 1, 0, 0));
  }

  @Test
  void theTableOfClassesIsTheSameInEveryLocale() {
    Locale.setDefault(Locale.GERMANY);
    Metrics evaluation = new Metrics(3);
    evaluation.add(
        new float[][] {{0.8f, 0.2f, 0}, {0.8f, 0.2f, 0}, {0.8f, 0.2f, 0}}, new int[] {0, 0, 1});

    assertThat(evaluation.classTable(List.of("airplane", "cat", "dog")).lines())
        .containsExactly(
            "class     examples  precision  recall",
            "airplane         2      66.67  100.00",
            "cat              1          -    0.00",
            "dog              0          -       -");
  }

  @Test
  void withoutExamplesThereIsNoMean() {
    Metrics evaluation = new Metrics(2);
    evaluation.add(new float[0][], new int[0]);

    assertThat(evaluation.examples()).isZero();
    assertThat(evaluation.accuracy()).isNaN();
    assertThat(evaluation.nll()).isNaN();
    assertThat(evaluation.ece()).isNaN();
  }

  @Test
  void whatDoesNotFitIsRefusedAndChangesNothing() {
    Metrics evaluation = new Metrics(2);

    assertRefused(
        evaluation,
        new float[2][2],
        new int[1],
        "There are 2 rows of probabilities and 1 labels; each row needs one.");
    assertRefused(
        evaluation,
        new float[][] {{1, 0}, {1, 0, 0}},
        new int[] {0, 1},
        "3 probabilities for the label 1 do not fit 2 classes.");
    assertRefused(
        evaluation,
        new float[][] {{1, 0}},
        new int[] {2},
        "2 probabilities for the label 2 do not fit 2 classes.");
    assertRefused(
        evaluation,
        new float[][] {{1, 0}, {Float.NaN, 0}},
        new int[] {0, 0},
        "A probability is NaN; it must lie in [0, 1].");
    assertRefused(
        evaluation,
        new float[][] {{1, 0}},
        new int[] {-1},
        "2 probabilities for the label -1 do not fit 2 classes.");
    assertRefused(
        evaluation,
        new float[][] {{-0.5f, 1}},
        new int[] {0},
        "A probability is -0.5; it must lie in [0, 1].");
    assertRefused(
        evaluation,
        new float[][] {{1.001f, 0}},
        new int[] {0},
        "A probability is 1.001; it must lie in [0, 1].");
    assertThat(evaluation.examples()).isZero();
  }

  @Test
  void aSoftmaxMayRoundUp() {
    Metrics evaluation = new Metrics(2);
    evaluation.add(new float[][] {{1.0001f, 0}}, new int[] {0});

    assertThat(evaluation.accuracy()).isEqualTo(1);
  }

  private static void assertRefused(
      Metrics evaluation, float[][] probabilities, int[] labels, String message) {
    assertThatThrownBy(() -> evaluation.add(probabilities, labels))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }
}
