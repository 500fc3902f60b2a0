package org.wideresnet.train;

import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.buffer.FloatDataBuffer;
import org.tensorflow.types.TFloat32;
import org.wideresnet.model.NamedTensors;
import org.wideresnet.model.weights.Checkpoint;
import org.wideresnet.model.weights.ModelDescription;

/**
 * Trains a network as a {@link TrainingPlan} says: epoch after epoch, each with an evaluation, a
 * row in the history, and a checkpoint.
 */
public final class Trainer implements AutoCloseable {
  private static final int KEPT_CHECKPOINTS = 2;

  private final TrainingPlan plan;
  private final TrainingGraph graph;
  private final LearningRateSchedule schedule;
  private final boolean clearsMomentum;
  private final ModelDescription description;
  private int epoch;
  private EpochProgress progress = EpochProgress.NONE;
  private CheckpointInterval interval = CheckpointInterval.EPOCH;
  private long lastSaved = System.nanoTime();
  private volatile boolean stopped;

  /** Builds the graph of a training and reads the data set into it. */
  public Trainer(TrainingPlan plan) {
    this(plan, plan.data().checksum());
  }

  /** As the public constructor, where the data set's checksum, which takes a while, is known. */
  Trainer(TrainingPlan plan, String dataChecksum) {
    this.plan = plan;
    schedule = plan.recipe().learningRates(plan.stepsPerEpoch());
    clearsMomentum =
        plan.recipe().optimizer() instanceof OptimizerSettings.Sgd sgd && sgd.clearMomentumOnDrop();
    description =
        ModelDescription.untrained(plan.network(), plan.normalization(), plan.data().classNames())
            .trainedOn(plan.data().name(), dataChecksum);
    graph = new TrainingGraph(plan);
    graph.initialize();
  }

  /**
   * Starts from the given weights, if there are any, instead of those that follow from the seed.
   */
  void startFrom(NamedTensors weights) {
    if (!weights.asMap().isEmpty()) {
      graph.assign(weights);
    }
  }

  /**
   * Goes on from a checkpoint of the same training.
   *
   * @throws IllegalArgumentException if it is of another network or optimiser, or damaged
   * @throws IOException if it cannot be read
   */
  public void resume(Checkpoint checkpoint) throws IOException {
    graph.restore(checkpoint);
    epoch = checkpoint.description().epoch();
    progress =
        checkpoint.note(EpochProgress.FILE).map(EpochProgress::parse).orElse(EpochProgress.NONE);
  }

  /** Says how often to write a checkpoint within an epoch; it changes nothing else. */
  public void checkpointEvery(CheckpointInterval newInterval) {
    interval = newInterval;
  }

  /** Returns the plan of the training. */
  TrainingPlan plan() {
    return plan;
  }

  /** Asks {@link #fit} to end after the step it is at. May be called from another thread. */
  public void stop() {
    stopped = true;
  }

  /**
   * Trains what is left of the plan.
   *
   * @param run where history and checkpoints go
   * @return the final figures; nothing if {@link #stop} ended the training, whose state is then in
   *     the last checkpoint
   * @throws TrainingDivergedException if the loss is no longer a number
   * @throws IOException if a file of the run cannot be written
   */
  public Optional<RunConfig.Result> fit(RunDirectory run, TrainingListener listener)
      throws IOException {
    long start = System.nanoTime();
    History history = History.open(run.history());
    history.truncate(epoch);
    run.checkpoints().prune(KEPT_CHECKPOINTS, best(history));
    Optional<Evaluation> test = Optional.empty();
    while (epoch < plan.recipe().epochs()) {
      trainEpoch(run, history, listener);
      if (progress.steps() < plan.stepsPerEpoch()) {
        if (progress.steps() > 0) {
          save(run, history, null);
        }
        return Optional.empty();
      }
      test = Optional.of(graph.evaluateTest());
      History.Row row = row(graph.evaluateValidation().orElse(test.get()));
      history.append(row);
      epoch++;
      progress = EpochProgress.NONE;
      save(run, history, test.get().accuracy());
      listener.epochDone(row);
    }
    return Optional.of(
        result(history, test.orElseGet(graph::evaluateTest), (System.nanoTime() - start) / 1e9));
  }

  private void trainEpoch(RunDirectory run, History history, TrainingListener listener)
      throws IOException {
    graph.startEpoch(epoch, progress.steps());
    while (progress.steps() < plan.stepsPerEpoch() && !stopped) {
      long start = System.nanoTime();
      long stepNumber = stepsDone();
      double rate = schedule.at(stepNumber);
      if (clearsMomentum && schedule.dropsAt(stepNumber)) {
        graph.clearOptimizer();
      }
      TrainingStep.Measured measured = graph.train(stepNumber, rate);
      if (!Float.isFinite(measured.loss())) {
        throw diverged("The loss became " + measured.loss(), stepNumber, run);
      }
      progress = progress.plus(measured, (System.nanoTime() - start) / 1e9);
      listener.stepDone(epoch, progress.steps(), progress.loss(), progress.accuracy());
      if (progress.steps() < plan.stepsPerEpoch()
          && interval.isDue(stepsDone(), Duration.ofNanos(System.nanoTime() - lastSaved))) {
        save(run, history, null);
      }
    }
  }

  private long stepsDone() {
    return (long) epoch * plan.stepsPerEpoch() + progress.steps();
  }

  private History.Row row(Evaluation shown) {
    double images = (double) progress.steps() * plan.recipe().batchSize();
    return new History.Row(
        epoch,
        progress.accuracy(),
        schedule.at(stepsDone() - 1),
        progress.loss(),
        shown.accuracy(),
        shown.nll(),
        progress.seconds(),
        images / progress.seconds());
  }

  /** Writes a checkpoint, unless there is nothing to go on from in it. */
  private void save(RunDirectory run, History history, Double testAccuracy) throws IOException {
    try (NamedTensors weights = graph.weights();
        NamedTensors slots = graph.optimizerSlots()) {
      Map<String, Tensor> tensors = new LinkedHashMap<>(weights.asMap());
      tensors.putAll(slots.asMap());
      for (Map.Entry<String, TFloat32> weight : weights.asMap().entrySet()) {
        if (!isFinite(weight.getValue())) {
          throw diverged(
              "The weight %s became infinite".formatted(weight.getKey()), stepsDone() - 1, run);
        }
      }
      Checkpoint.write(
          run.checkpoints().path(stepsDone()),
          description.after(stepsDone(), epoch, testAccuracy),
          tensors,
          progress.steps() == 0 ? Map.of() : Map.of(EpochProgress.FILE, progress.toJson()));
    }
    run.checkpoints().prune(KEPT_CHECKPOINTS, best(history));
    lastSaved = System.nanoTime();
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

  private TrainingDivergedException diverged(String what, long stepNumber, RunDirectory run)
      throws IOException {
    OptionalLong good = run.checkpoints().latest();
    return new TrainingDivergedException(
        "%s in step %d at a learning rate of %.4g; try a smaller one%s."
            .formatted(
                what,
                stepNumber,
                schedule.at(stepNumber),
                good.isEmpty()
                    ? ""
                    : ", for example from the last good checkpoint, with --weights "
                        + run.checkpoints().path(good.getAsLong())));
  }

  /** The checkpoint that is best on the validation split stays, whatever its age. */
  private long[] best(History history) {
    return history.rows().stream()
        .filter(row -> plan.validation() > 0)
        .max(Comparator.comparingDouble(History.Row::valAccuracy))
        .stream()
        .mapToLong(row -> (row.epoch() + 1L) * plan.stepsPerEpoch())
        .toArray();
  }

  private RunConfig.Result result(History history, Evaluation test, double seconds) {
    return new RunConfig.Result(
        epoch,
        stepsDone(),
        test.accuracy(),
        test.nll(),
        history.rows().stream().mapToDouble(History.Row::imagesPerSecond).average().orElse(0),
        seconds);
  }

  @Override
  public void close() {
    graph.close();
  }
}
