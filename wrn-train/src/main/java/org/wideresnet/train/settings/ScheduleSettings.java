package org.wideresnet.train.settings;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;

/** The learning rate schedule of a recipe, in epochs. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "name")
@JsonSubTypes({
  @JsonSubTypes.Type(value = ScheduleSettings.Constant.class, name = "constant"),
  @JsonSubTypes.Type(value = ScheduleSettings.Step.class, name = "step"),
  @JsonSubTypes.Type(value = ScheduleSettings.Cosine.class, name = "cosine"),
  @JsonSubTypes.Type(value = ScheduleSettings.OneCycle.class, name = "one-cycle")
})
public sealed interface ScheduleSettings {

  /**
   * Returns the schedule in steps.
   *
   * @param learningRate the highest rate
   * @param stepsPerEpoch the number of steps of an epoch, 1 or more
   * @param epochs the number of epochs of the whole training, 1 or more
   * @throws IllegalArgumentException if the warm-up is not shorter than the training
   */
  LearningRateSchedule resolve(double learningRate, long stepsPerEpoch, int epochs);

  /**
   * The same rate for all steps.
   *
   * @param warmupEpochs the length of the linear warm-up, 0 for none
   */
  record Constant(double warmupEpochs) implements ScheduleSettings {

    /**
     * Checks the range.
     *
     * @throws IllegalArgumentException if the warm-up is negative
     */
    public Constant {
      Require.notNegative("schedule.warmup_epochs", warmupEpochs);
    }

    @Override
    public LearningRateSchedule resolve(double learningRate, long stepsPerEpoch, int epochs) {
      return new Step(List.of(), 1, warmupEpochs).resolve(learningRate, stepsPerEpoch, epochs);
    }
  }

  /**
   * A rate that is multiplied at the start of some epochs.
   *
   * @param epochs the epochs that start with a new rate, counted from 1, ascending, each 2 or more
   * @param factor what the rate is multiplied by, positive
   * @param warmupEpochs the length of the linear warm-up, 0 for none
   */
  record Step(
      @JsonProperty(required = true) List<Integer> epochs,
      @JsonProperty(required = true) double factor,
      double warmupEpochs)
      implements ScheduleSettings {

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if the epochs do not ascend or a value is out of range
     */
    public Step {
      epochs = List.copyOf(epochs);
      int before = 1;
      for (int epoch : epochs) {
        if (epoch <= before) {
          throw new IllegalArgumentException(
              "schedule.epochs is " + epochs + "; the epochs must ascend, from 2 on.");
        }
        before = epoch;
      }
      Require.positive("schedule.factor", factor);
      Require.notNegative("schedule.warmup_epochs", warmupEpochs);
    }

    @Override
    public LearningRateSchedule resolve(double learningRate, long stepsPerEpoch, int epochs) {
      List<Long> drops = this.epochs.stream().map(epoch -> (epoch - 1) * stepsPerEpoch).toList();
      return withWarmUp(
          warmupSteps(warmupEpochs, stepsPerEpoch, epochs),
          new LearningRateSchedule.StepDrops(learningRate, factor, drops));
    }
  }

  /**
   * Half a cosine from the end of the warm-up to the end of the training.
   *
   * @param finalFactor the share of the rate that is left at the end, in {@code [0, 1)}
   * @param warmupEpochs the length of the linear warm-up, 0 for none
   */
  record Cosine(double finalFactor, double warmupEpochs) implements ScheduleSettings {

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if a value is out of range
     */
    public Cosine {
      Require.fraction("schedule.final_factor", finalFactor);
      Require.notNegative("schedule.warmup_epochs", warmupEpochs);
    }

    @Override
    public LearningRateSchedule resolve(double learningRate, long stepsPerEpoch, int epochs) {
      long warmup = warmupSteps(warmupEpochs, stepsPerEpoch, epochs);
      return withWarmUp(
          warmup,
          new LearningRateSchedule.Cosine(
              learningRate, finalFactor * learningRate, warmup, epochs * stepsPerEpoch));
    }
  }

  /**
   * One cycle: a straight rise, which is its warm-up, then half a cosine down.
   *
   * @param peakAt the share of the training at which the rate is highest, in {@code [0, 1)}; 0.3 if
   *     null
   * @param startFactor the share of the highest rate to start with, in {@code [0, 1)}; 0.04 if null
   * @param finalFactor the share of the highest rate that is left at the end, in {@code [0, 1)}
   */
  record OneCycle(Double peakAt, Double startFactor, double finalFactor)
      implements ScheduleSettings {

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if a value is out of range
     */
    public OneCycle {
      peakAt = requireNonNullElse(peakAt, 0.3);
      startFactor = requireNonNullElse(startFactor, 0.04);
      Require.fraction("schedule.peak_at", peakAt);
      Require.fraction("schedule.start_factor", startFactor);
      Require.fraction("schedule.final_factor", finalFactor);
    }

    @Override
    public LearningRateSchedule resolve(double learningRate, long stepsPerEpoch, int epochs) {
      long total = epochs * stepsPerEpoch;
      return new LearningRateSchedule.OneCycle(
          startFactor * learningRate,
          learningRate,
          finalFactor * learningRate,
          Math.min(total - 1, Math.round(peakAt * total)),
          total);
    }
  }

  private static long warmupSteps(double warmupEpochs, long stepsPerEpoch, int epochs) {
    long steps = Math.round(warmupEpochs * stepsPerEpoch);
    if (steps >= epochs * stepsPerEpoch) {
      throw new IllegalArgumentException(
          "schedule.warmup_epochs is "
              + warmupEpochs
              + "; it must be less than the number of epochs, "
              + epochs
              + ".");
    }
    return steps;
  }

  private static LearningRateSchedule withWarmUp(long steps, LearningRateSchedule schedule) {
    return steps == 0 ? schedule : new LearningRateSchedule.WarmUp(steps, schedule);
  }
}
