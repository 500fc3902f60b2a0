package org.wideresnet.train;

import org.wideresnet.train.cluster.Team;

/**
 * A process that takes the steps of a training with its chief. It has the weights, the optimiser
 * and the place in the training from the chief, and keeps nothing.
 */
public final class Worker implements AutoCloseable {
  private final TrainingPlan plan;
  private final Team team;
  private final TrainingGraph graph;

  /**
   * Builds the graph of a training and reads the data set into it.
   *
   * @throws IllegalArgumentException if the processes were not started alike
   * @throws java.io.UncheckedIOException if another process does not answer in time
   */
  public Worker(TrainingPlan plan, Team team) {
    this.plan = plan;
    this.team = team;
    team.agreeOn(plan.fingerprint());
    graph = new TrainingGraph(plan, team);
  }

  /**
   * Trains until the training is over, or one process wants to stop.
   *
   * @return whether it is over
   * @throws TrainingDivergedException if the loss is no longer a number
   * @throws java.io.UncheckedIOException if another process does not answer in time
   */
  public boolean follow() {
    float[] place = graph.broadcast(0, 0);
    int step = (int) place[1];
    boolean goesOn = place[0] < plan.recipe().epochs();
    for (int epoch = (int) place[0]; goesOn; epoch++) {
      graph.startEpoch(epoch, step);
      for (; step < plan.stepsPerEpoch() && !team.stopAgreed(); step++) {
        train((long) epoch * plan.stepsPerEpoch() + step);
      }
      if (team.stopAgreed()) {
        return false;
      }
      step = 0;
      goesOn = team.awaitBarrier();
    }
    return true;
  }

  private void train(long stepNumber) {
    float loss = graph.train(stepNumber).loss();
    if (!Float.isFinite(loss)) {
      throw new TrainingDivergedException(
          "The loss became %s in step %d; the chief's message says more."
              .formatted(loss, stepNumber));
    }
  }

  @Override
  public void close() {
    graph.close();
  }
}
