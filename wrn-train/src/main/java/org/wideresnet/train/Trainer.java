package org.wideresnet.train;

import java.io.IOException;
import java.util.Optional;
import org.wideresnet.model.variables.NamedTensors;
import org.wideresnet.model.weights.Checkpoint;
import org.wideresnet.model.weights.ModelDescription;
import org.wideresnet.train.cluster.Team;
import org.wideresnet.train.metrics.Metrics;
import org.wideresnet.train.run.EpochProgress;
import org.wideresnet.train.run.History;
import org.wideresnet.train.run.RunConfig;
import org.wideresnet.train.run.RunDirectory;
import org.wideresnet.train.step.TrainingStep;

/**
 * Trains a network as a {@link TrainingPlan} says: epoch after epoch, each with an evaluation, a
 * row in the history, and a checkpoint.
 */
public final class Trainer implements AutoCloseable {
  private final TrainingPlan plan;
  private final TrainingGraph graph;
  private final Team team;
  private final ModelDescription description;
  private int epoch;
  private EpochProgress progress = EpochProgress.NONE;

  /** Builds the graph of a training and reads the data set into it. */
  public Trainer(TrainingPlan plan) {
    this(plan, plan.data().checksum(), Team.alone());
  }

  /** As the public constructor, where the data set's checksum, which takes a while, is known. */
  Trainer(TrainingPlan plan, String dataChecksum, Team team) {
    this.plan = plan;
    this.team = team;
    description =
        ModelDescription.untrained(plan.network(), plan.normalization(), plan.data().classNames())
            .trainedOn(plan.data().name(), dataChecksum);
    graph = new TrainingGraph(plan, team);
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

  /** Returns the plan of the training. */
  TrainingPlan plan() {
    return plan;
  }

  /** Asks {@link #fit} to end after the step it is at. May be called from another thread. */
  public void stop() {
    team.requestStop();
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
    RunJournal journal = new RunJournal(run, plan, description, epoch);
    graph.broadcast(isOver(journal.history()) ? plan.recipe().epochs() : epoch, progress.steps());
    listener.trainingStarts(stepsDone());
    Optional<Metrics> test = Optional.empty();
    while (!isOver(journal.history())) {
      trainEpoch(journal, listener);
      if (progress.steps() < plan.stepsPerEpoch()) {
        if (progress.steps() > 0) {
          journal.saveWithinEpoch(graph, epoch, progress);
        }
        return Optional.empty();
      }
      team.startHeartbeat();
      History.Row row;
      try {
        test = plan.isEvaluated(epoch) ? Optional.of(graph.evaluateTest()) : Optional.empty();
        row = row(test.map(metrics -> graph.evaluateValidation().orElse(metrics)));
      } catch (Metrics.NotANumberException e) {
        throw journal.diverged("A probability of the evaluation became NaN", stepsDone() - 1);
      }
      journal.endEpoch(graph, row, test.map(Metrics::accuracy).orElse(null), listener);
      epoch++;
      progress = EpochProgress.NONE;
      listener.epochDone(row);
      team.reachBarrier(!isOver(journal.history()));
    }
    return Optional.of(
        result(
            journal.history(),
            test.orElseGet(graph::evaluateTest),
            (System.nanoTime() - start) / 1e9));
  }

  private void trainEpoch(RunJournal journal, TrainingListener listener) throws IOException {
    graph.startEpoch(epoch, progress.steps());
    double waitedBefore = progress.waitSeconds();
    while (progress.steps() < plan.stepsPerEpoch() && !team.stopAgreed()) {
      long start = System.nanoTime();
      long stepNumber = stepsDone();
      TrainingStep.Measured measured = graph.train(stepNumber);
      if (!Float.isFinite(measured.loss())) {
        throw journal.diverged("The loss became " + measured.loss(), stepNumber);
      }
      progress = progress.plus(measured, (System.nanoTime() - start) / 1e9);
      listener.stepDone(epoch, progress.steps(), progress.loss(), progress.accuracy());
      if (progress.steps() < plan.stepsPerEpoch() && journal.isDue(stepsDone())) {
        progress = progress.waited(waitedBefore + graph.waitSeconds());
        journal.saveWithinEpoch(graph, epoch, progress);
      }
    }
    progress = progress.waited(waitedBefore + graph.waitSeconds());
  }

  private boolean isOver(History history) {
    int patience = plan.recipe().earlyStopping().orElse(Integer.MAX_VALUE);
    return epoch == plan.recipe().epochs() || history.epochsSinceBest() >= patience;
  }

  private long stepsDone() {
    return (long) epoch * plan.stepsPerEpoch() + progress.steps();
  }

  private History.Row row(Optional<Metrics> shown) {
    double images = (double) progress.steps() * plan.recipe().batchSize();
    return new History.Row(
        epoch,
        progress.accuracy(),
        plan.learningRates().at(stepsDone() - 1),
        progress.loss(),
        shown.map(Metrics::accuracy).orElse(Double.NaN),
        shown.map(Metrics::nll).orElse(Double.NaN),
        progress.seconds(),
        images / progress.seconds(),
        progress.gradientNorm(),
        progress.dataWait());
  }

  private RunConfig.Result result(History history, Metrics test, double seconds) {
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
