package org.wideresnet.train.settings;

import java.util.List;

/**
 * The learning rate as a function of the step alone, so that a run that was interrupted goes on
 * with the rate it would have had. Steps count from 0. Made by {@link ScheduleSettings#resolve}.
 */
public sealed interface LearningRateSchedule {

  /**
   * Returns the learning rate of a step.
   *
   * @param step the number of steps that were taken before it, 0 or more
   */
  double at(long step);

  /**
   * Tells whether a step schedule lowers the rate at exactly this step, that is, whether this is
   * the first step with the lower rate. False for the schedules that change at every step.
   */
  default boolean dropsAt(long step) {
    return false;
  }

  /**
   * A constant rate that is multiplied at some steps.
   *
   * @param initial the rate before the first drop
   * @param factor what the rate is multiplied by at each drop
   * @param drops the first steps with a new rate, ascending; empty for a constant rate
   */
  record StepDrops(double initial, double factor, List<Long> drops)
      implements LearningRateSchedule {

    public StepDrops {
      drops = List.copyOf(drops);
    }

    @Override
    public double at(long step) {
      return initial * Math.pow(factor, drops.stream().filter(drop -> drop <= step).count());
    }

    @Override
    public boolean dropsAt(long step) {
      return drops.contains(step);
    }
  }

  /**
   * Half a cosine from {@code peak} at {@code firstStep} to {@code end} at {@code totalSteps}, the
   * step after the last: {@code end + 0.5 * (peak - end) * (1 + cos(pi * progress))}. Constant
   * before and after.
   *
   * @param peak the rate up to {@code firstStep}
   * @param end the rate from {@code totalSteps} on
   * @param firstStep where the fall begins, less than {@code totalSteps}
   * @param totalSteps the number of steps of the whole training
   * @see <a href="https://arxiv.org/abs/1608.03983">Loshchilov and Hutter, SGDR</a>
   */
  record Cosine(double peak, double end, long firstStep, long totalSteps)
      implements LearningRateSchedule {

    /**
     * Checks the steps.
     *
     * @throws IllegalArgumentException if the fall does not begin before it ends
     */
    public Cosine {
      if (firstStep < 0 || firstStep >= totalSteps) {
        throw new IllegalArgumentException(
            "The learning rate falls from step "
                + firstStep
                + "; that must come before the end at step "
                + totalSteps
                + ".");
      }
    }

    @Override
    public double at(long step) {
      double progress = (double) (step - firstStep) / (totalSteps - firstStep);
      double bounded = Math.max(0, Math.min(1, progress));
      return end + 0.5 * (peak - end) * (1 + Math.cos(Math.PI * bounded));
    }
  }

  /**
   * A straight rise from {@code start} to {@code peak} at {@code peakStep}, then half a cosine down
   * to {@code end} at {@code totalSteps}.
   *
   * @param start the rate of step 0
   * @param peak the highest rate
   * @param end the rate from {@code totalSteps} on
   * @param peakStep the step with the highest rate, less than {@code totalSteps}
   * @param totalSteps the number of steps of the whole training
   * @see <a href="https://arxiv.org/abs/1708.07120">Smith and Topin, Super-Convergence</a>
   */
  record OneCycle(double start, double peak, double end, long peakStep, long totalSteps)
      implements LearningRateSchedule {

    @Override
    public double at(long step) {
      return step < peakStep
          ? start + (peak - start) * step / peakStep
          : new Cosine(peak, end, peakStep, totalSteps).at(step);
    }
  }

  /**
   * A linear warm-up: step {@code s} of the first {@code steps} has the share {@code (s + 1) /
   * steps} of the rate that it would have without.
   *
   * @param steps the length of the warm-up
   * @param schedule the schedule without warm-up
   * @see <a href="https://arxiv.org/abs/1706.02677">Goyal et al., section 2.2</a>
   */
  record WarmUp(long steps, LearningRateSchedule schedule) implements LearningRateSchedule {

    @Override
    public double at(long step) {
      double rate = schedule.at(step);
      return step < steps ? rate * (step + 1) / steps : rate;
    }

    @Override
    public boolean dropsAt(long step) {
      return schedule.dropsAt(step);
    }
  }
}
