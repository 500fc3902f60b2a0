package org.wideresnet.train;

/** Is told how a training gets on; for progress bars and logs. */
public interface TrainingListener {
  /** Hears nothing. */
  TrainingListener SILENT = new TrainingListener() {};

  /**
   * Called after each step.
   *
   * @param epoch the epoch, from 0
   * @param steps the number of steps of the epoch that are done
   * @param loss the mean cross-entropy over the epoch so far
   * @param accuracy the share of images classified right over the epoch so far, in [0, 1]
   */
  default void stepDone(int epoch, int steps, double loss, double accuracy) {}

  /** Called after each epoch, when it has been evaluated and its checkpoint is written. */
  default void epochDone(History.Row row) {}
}
