package org.wideresnet.train;

import java.util.List;
import org.wideresnet.model.variables.NamedTensors;
import org.wideresnet.train.run.History;

/** Is told how a training progresses; for progress bars and logs. */
public interface TrainingListener {
  /** Hears nothing. */
  TrainingListener SILENT = new TrainingListener() {};

  /**
   * Called once, before the first step.
   *
   * @param step the number of steps that are done: 0, or those of the checkpoint that the training
   *     goes on from; what was told of later ones will be told again
   */
  default void trainingStarts(long step) {}

  /**
   * Called after each step.
   *
   * @param epoch the epoch, from 0
   * @param steps the number of steps of the epoch that are done
   * @param loss the mean cross-entropy over the epoch so far
   * @param accuracy the share of images classified right over the epoch so far, in [0, 1]
   */
  default void stepDone(int epoch, int steps, double loss, double accuracy) {}

  /**
   * Called after each epoch, when it has been evaluated and nothing of it is written yet. What a
   * listener writes before it returns is there whenever the checkpoint is.
   *
   * @param weights the weights that the epoch ended with, to be read during the call
   */
  default void epochMeasured(History.Row row, NamedTensors weights) {}

  /** Called after each epoch, when it has been evaluated and its checkpoint is written. */
  default void epochDone(History.Row row) {}

  /** Called when the last epoch is over; drawing its report and exporting takes seconds. */
  default void trainingEnds() {}

  /** Returns a listener that passes on what it is told to all of these, in order. */
  static TrainingListener all(TrainingListener... listeners) {
    List<TrainingListener> copy = List.of(listeners);
    return new TrainingListener() {
      @Override
      public void trainingStarts(long step) {
        copy.forEach(listener -> listener.trainingStarts(step));
      }

      @Override
      public void stepDone(int epoch, int steps, double loss, double accuracy) {
        copy.forEach(listener -> listener.stepDone(epoch, steps, loss, accuracy));
      }

      @Override
      public void epochMeasured(History.Row row, NamedTensors weights) {
        copy.forEach(listener -> listener.epochMeasured(row, weights));
      }

      @Override
      public void epochDone(History.Row row) {
        copy.forEach(listener -> listener.epochDone(row));
      }

      @Override
      public void trainingEnds() {
        copy.forEach(TrainingListener::trainingEnds);
      }
    };
  }
}
