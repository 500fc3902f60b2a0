package org.wideresnet.train;

import java.util.List;

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

  /** Returns a listener that passes on what it is told to all of these, in order. */
  static TrainingListener all(TrainingListener... listeners) {
    List<TrainingListener> copy = List.of(listeners);
    return new TrainingListener() {
      @Override
      public void stepDone(int epoch, int steps, double loss, double accuracy) {
        copy.forEach(listener -> listener.stepDone(epoch, steps, loss, accuracy));
      }

      @Override
      public void epochDone(History.Row row) {
        copy.forEach(listener -> listener.epochDone(row));
      }
    };
  }
}
