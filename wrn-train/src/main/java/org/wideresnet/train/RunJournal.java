package org.wideresnet.train;

import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.buffer.FloatDataBuffer;
import org.tensorflow.types.TFloat32;
import org.wideresnet.model.variables.NamedTensors;
import org.wideresnet.model.weights.Checkpoint;
import org.wideresnet.model.weights.ModelDescription;
import org.wideresnet.train.run.EpochProgress;
import org.wideresnet.train.run.History;
import org.wideresnet.train.run.RunDirectory;

/** Writes the history and the checkpoints of a training into the directory of its run. */
final class RunJournal {
  private static final int KEPT_CHECKPOINTS = 2;

  private final RunDirectory run;
  private final TrainingPlan plan;
  private final ModelDescription description;
  private final History history;
  private long lastSaved = System.nanoTime();

  /**
   * Opens the history of a run, and removes what a process that was killed wrote of later epochs.
   *
   * @param epoch the number of epochs that are done
   * @throws IOException if it cannot be read or written
   */
  RunJournal(RunDirectory run, TrainingPlan plan, ModelDescription description, int epoch)
      throws IOException {
    this.run = run;
    this.plan = plan;
    this.description = description;
    history = History.open(run.history());
    history.truncate(epoch);
    prune();
  }

  /** Returns the rows of the epochs that are done. */
  History history() {
    return history;
  }

  /** Returns whether a checkpoint is due after this many steps, though the epoch is not over. */
  boolean isDue(long step) {
    Duration sinceLast = Duration.ofNanos(System.nanoTime() - lastSaved);
    return plan.options().checkpointEvery().isDue(step, sinceLast);
  }

  /** Writes a checkpoint from which a training goes on within an epoch. */
  void saveWithinEpoch(TrainingGraph graph, int epoch, EpochProgress progress) throws IOException {
    long step = (long) epoch * plan.stepsPerEpoch() + progress.steps();
    try (NamedTensors weights = finiteWeights(graph, step)) {
      save(
          graph,
          weights,
          description.after(step, epoch, null),
          Map.of(EpochProgress.FILE, progress.toJson()));
    }
  }

  /**
   * Writes down an epoch. The checkpoint comes last: a process that ends in between leaves a run
   * that goes on from the checkpoint before and does the epoch again.
   *
   * @param testAccuracy null if the network was not evaluated
   */
  void endEpoch(
      TrainingGraph graph, History.Row row, Double testAccuracy, TrainingListener listener)
      throws IOException {
    int epochs = row.epoch() + 1;
    long step = (long) epochs * plan.stepsPerEpoch();
    try (NamedTensors weights = finiteWeights(graph, step)) {
      listener.epochMeasured(row, weights);
      history.append(row);
      save(graph, weights, description.after(step, epochs, testAccuracy), Map.of());
    }
  }

  private void save(
      TrainingGraph graph,
      NamedTensors weights,
      ModelDescription description,
      Map<String, String> notes)
      throws IOException {
    try (NamedTensors state = graph.state()) {
      Map<String, Tensor> tensors = new LinkedHashMap<>(weights.asMap());
      tensors.putAll(state.asMap());
      Checkpoint.write(run.checkpoints().path(description.step()), description, tensors, notes);
    }
    prune();
    lastSaved = System.nanoTime();
  }

  /** The checkpoint that is best on the validation split stays, whatever its age. */
  private void prune() throws IOException {
    long[] best =
        history.best().filter(row -> plan.validation() > 0).stream()
            .mapToLong(row -> (row.epoch() + 1L) * plan.stepsPerEpoch())
            .toArray();
    run.checkpoints().prune(KEPT_CHECKPOINTS, best);
  }

  /** Returns the weights, if a training can go on from them. */
  private NamedTensors finiteWeights(TrainingGraph graph, long step) throws IOException {
    NamedTensors weights = graph.weights();
    for (Map.Entry<String, TFloat32> weight : weights.asMap().entrySet()) {
      if (!isFinite(weight.getValue())) {
        weights.close();
        throw diverged("The weight %s became infinite".formatted(weight.getKey()), step - 1);
      }
    }
    return weights;
  }

  private static boolean isFinite(TFloat32 tensor) {
    FloatDataBuffer values = tensor.asRawTensor().data().asFloats();
    for (long i = 0; i < values.size(); i++) {
      if (!Float.isFinite(values.getFloat(i))) {
        return false;
      }
    }
    return true;
  }

  /**
   * Returns what to throw when a number is no longer one.
   *
   * @param what which one, as the beginning of a sentence
   * @param step the number of steps before the one that it happened in
   */
  TrainingDivergedException diverged(String what, long step) throws IOException {
    OptionalLong good = run.checkpoints().latest();
    return new TrainingDivergedException(
        "%s in step %d at a learning rate of %.4g; try a smaller one%s."
            .formatted(
                what,
                step,
                plan.learningRates().at(step),
                good.isEmpty()
                    ? ""
                    : ", for example from the last good checkpoint, with --weights "
                        + run.checkpoints().path(good.getAsLong())));
  }
}
