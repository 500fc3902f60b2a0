package org.wideresnet.train.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.LongStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class LearningRateScheduleTest {

  private static final Offset<Double> EXACT = within(1e-15);

  @Test
  void thePapersRateDropsAfter59And119And159Epochs() {
    LearningRateSchedule rate = Recipe.load("paper-cifar10").learningRates(390);

    assertThat(rate.at(0)).isEqualTo(0.1);
    assertThat(rate.at(59 * 390 - 1)).isEqualTo(0.1);
    assertThat(rate.at(59 * 390)).isEqualTo(0.02, EXACT);
    assertThat(rate.at(119 * 390 - 1)).isEqualTo(0.02, EXACT);
    assertThat(rate.at(119 * 390)).isEqualTo(0.004, EXACT);
    assertThat(rate.at(159 * 390 - 1)).isEqualTo(0.004, EXACT);
    assertThat(rate.at(159 * 390)).isEqualTo(0.0008, EXACT);
    assertThat(rate.at(200 * 390 - 1)).isEqualTo(0.0008, EXACT);
  }

  @Test
  void aStepScheduleKnowsTheStepsOfItsDrops() {
    LearningRateSchedule rate = Recipe.load("paper-cifar10").learningRates(390);

    assertThat(LongStream.range(0, 200 * 390).filter(rate::dropsAt))
        .containsExactly(59 * 390L, 119 * 390L, 159 * 390L);
  }

  @Test
  void aStepScheduleKeepsItsDropsWhereTheyAreUnderAWarmUp() {
    LearningRateSchedule rate = new ScheduleSettings.Step(List.of(3), 0.1, 1).resolve(1, 4, 5);

    assertThat(rates(rate, 10)).containsExactly(0.25, 0.5, 0.75, 1.0, 1.0, 1.0, 1.0, 1.0, 0.1, 0.1);
    assertThat(LongStream.range(0, 20).filter(rate::dropsAt)).containsExactly(8L);
  }

  @Test
  void theCosineOfTheQuickRecipeFallsFromTheFirstStep() {
    LearningRateSchedule rate = Recipe.load("quick").learningRates(390);

    assertThat(rate.at(0)).isEqualTo(0.1);
    assertThat(rate.at(1)).isEqualTo(0.05 * (1 + Math.cos(Math.PI / 1950)), EXACT);
    assertThat(rate.at(650)).isEqualTo(0.075, EXACT);
    assertThat(rate.at(975)).isEqualTo(0.05, EXACT);
    assertThat(rate.at(1300)).isEqualTo(0.025, EXACT);
    assertThat(rate.at(1949)).isEqualTo(0.05 * (1 + Math.cos(Math.PI * 1949 / 1950)), EXACT);
    assertThat(rate.at(1950)).isEqualTo(0, EXACT);
    assertThat(rate.dropsAt(1)).isFalse();
  }

  @Test
  void aCosineEndsAtItsFinalFactorAndStaysThere() {
    LearningRateSchedule rate = new ScheduleSettings.Cosine(0.1, 0).resolve(2, 10, 3);

    assertThat(rate.at(15)).isEqualTo(1.1, EXACT);
    assertThat(rate.at(30)).isEqualTo(0.2, EXACT);
    assertThat(rate.at(300)).isEqualTo(0.2, EXACT);
  }

  @Test
  void aCosineBeginsWhereItsWarmUpEnds() {
    LearningRateSchedule rate = new ScheduleSettings.Cosine(0, 0.5).resolve(1, 4, 2);

    assertThat(rates(rate, 3)).containsExactly(0.5, 1.0, 1.0);
    assertThat(rate.at(5)).isEqualTo(0.5, EXACT);
    assertThat(rate.at(8)).isEqualTo(0, EXACT);
  }

  @Test
  void oneCycleRisesInAStraightLineAndFallsAsACosine() {
    LearningRateSchedule rate = new ScheduleSettings.OneCycle(0.2, 0.5, 0.1).resolve(2, 5, 4);

    assertThat(rates(rate, 5)).containsExactly(1.0, 1.25, 1.5, 1.75, 2.0);
    assertThat(rate.at(12)).isEqualTo(1.1, EXACT);
    assertThat(rate.at(5)).isEqualTo(0.2 + 0.9 * (1 + Math.cos(Math.PI / 16)), EXACT);
    assertThat(rate.at(19)).isEqualTo(0.2 + 0.9 * (1 + Math.cos(Math.PI * 15 / 16)), EXACT);
    assertThat(rate.at(20)).isEqualTo(0.2, EXACT);
    assertThat(rate.at(21)).isEqualTo(0.2, EXACT);
    assertThat(rate.dropsAt(4)).isFalse();
  }

  @Test
  void oneCycleMayStartAtItsPeak() {
    LearningRateSchedule rate = new ScheduleSettings.OneCycle(0.0, 0.5, 0).resolve(2, 1, 1);

    assertThat(rate.at(0)).isEqualTo(2);
  }

  @Test
  void aConstantRateIsConstantAfterItsWarmUp() {
    assertThat(rates(new ScheduleSettings.Constant(0).resolve(0.001, 10, 2), 3))
        .containsExactly(0.001, 0.001, 0.001);
    assertThat(rates(new ScheduleSettings.Constant(0.2).resolve(4, 10, 2), 4))
        .containsExactly(2.0, 4.0, 4.0, 4.0);
  }

  @Test
  void aWarmUpAsLongAsTheTrainingIsRefused() {
    assertThatThrownBy(() -> new ScheduleSettings.Cosine(0, 2).resolve(0.1, 390, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("schedule.warmup_epochs is 2.0; it must be less than the number of epochs, 2.");
  }

  @Test
  void epochsOfDropsMustAscend() {
    assertThatThrownBy(() -> new ScheduleSettings.Step(List.of(60, 60), 0.2, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("schedule.epochs is [60, 60]; the epochs must ascend, from 2 on.");
  }

  private static double[] rates(LearningRateSchedule schedule, int steps) {
    return LongStream.range(0, steps).mapToDouble(schedule::at).toArray();
  }
}
