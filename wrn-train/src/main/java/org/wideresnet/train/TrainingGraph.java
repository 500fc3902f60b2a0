package org.wideresnet.train;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.wideresnet.data.files.CifarDataset;
import org.wideresnet.data.pipeline.CifarPipeline;
import org.wideresnet.data.pipeline.ImageStore;
import org.wideresnet.model.Normalization;
import org.wideresnet.model.WideResNet;
import org.wideresnet.model.WideResNetConfig;
import org.wideresnet.model.variables.NamedTensors;
import org.wideresnet.model.variables.Variables;
import org.wideresnet.model.weights.Checkpoint;
import org.wideresnet.train.cluster.Broadcast;
import org.wideresnet.train.cluster.Team;
import org.wideresnet.train.device.Devices;
import org.wideresnet.train.device.SessionConfig;
import org.wideresnet.train.metrics.Evaluator;
import org.wideresnet.train.metrics.Metrics;
import org.wideresnet.train.settings.LearningRateSchedule;
import org.wideresnet.train.settings.OptimizerSettings;
import org.wideresnet.train.settings.Recipe;
import org.wideresnet.train.step.BatchGradients;
import org.wideresnet.train.step.BatchSplit;
import org.wideresnet.train.step.TrainingStep;
import org.wideresnet.train.step.WeightAverage;

/**
 * A training as one graph and one session: the input pipelines, the training step, and the network
 * in inference mode for evaluation, which reads the same variables.
 */
final class TrainingGraph implements AutoCloseable {
  private final TrainingPlan plan;
  private final Team team;
  private final LearningRateSchedule schedule;
  private final boolean clearsMomentum;
  private final Graph graph = new Graph();
  private final Session session;
  private final CifarPipeline batches;
  private final Variables trained;
  private final Variables kept;
  private final Optional<WeightAverage> average;
  private final TrainingStep step;
  private final Broadcast broadcast;
  private final Evaluator test;
  private final Optional<Evaluator> validation;

  /**
   * Builds the graph, opens the session, reads the data set into it, and sets the weights to their
   * initial values, which follow from the seed.
   */
  TrainingGraph(TrainingPlan plan, Team team) {
    this.plan = plan;
    this.team = team;
    schedule = plan.learningRates();
    clearsMomentum =
        plan.recipe().optimizer() instanceof OptimizerSettings.Sgd sgd && sgd.clearMomentumOnDrop();
    CifarDataset data = plan.data();
    Recipe recipe = plan.recipe();
    Session opened = null;
    try {
      Ops tf = Ops.create(graph);
      BatchSplit split = BatchSplit.of(plan.options(), team.shard());
      ImageStore trainImages = ImageStore.of(tf, data.trainFiles(), data.layout());
      ImageStore testImages = ImageStore.of(tf, data.testFiles(), data.layout());
      batches =
          CifarPipeline.training(
              tf,
              trainImages,
              plan.trainExamples(),
              recipe.batchSize() / split.accumulate(),
              plan.augmentation(),
              plan.options().seed(),
              split.worker());
      WideResNet network = WideResNet.of(plan.network());
      kept = new Variables(tf, network.weights(), plan.options().seed());
      trained = recipe.emaDecay() == 0 ? kept : trained(tf, network);
      TrainingStep.Settings settings = plan.stepSettings();
      step =
          new TrainingStep(
              tf,
              BatchGradients.training(network, plan.normalization(), settings),
              trained,
              batches.images(),
              batches.labels(),
              settings,
              split);
      average =
          trained == kept
              ? Optional.empty()
              : Optional.of(step.average(tf, trained, kept, recipe.emaDecay()));
      broadcast =
          split.worker().count() == 1
              ? null
              : new Broadcast(
                  tf, Stream.concat(Stream.of(trained), step.state().stream()).toList());
      Normalization normalization = plan.normalization();
      test = new Evaluator(tf, network, normalization, kept, testImages, 0, testImages.size());
      validation =
          plan.validation() == 0
              ? Optional.empty()
              : Optional.of(
                  new Evaluator(
                      tf,
                      network,
                      normalization,
                      kept,
                      trainImages,
                      plan.trainExamples(),
                      plan.validation()));
      Devices.of(plan.options()); // refuses what they cannot do
      opened = SessionConfig.open(graph, plan.options());
      session = opened;
      trainImages.load(session);
      testImages.load(session);
      kept.initialize(session);
      trained.initialize(session);
      clearState();
    } catch (RuntimeException | Error e) {
      close(opened);
      throw e;
    }
  }

  private Variables trained(Ops tf, WideResNet network) {
    return new Variables(tf, network.weights(), plan.options().seed(), WeightAverage.TRAINED);
  }

  /** Sets weights to the given values; the others stay as they are. */
  void assign(NamedTensors values) {
    try (NamedTensors drawn = kept.read(session)) {
      Map<String, TFloat32> all = new HashMap<>(drawn.asMap());
      all.putAll(values.asMap());
      kept.assign(session, all);
    }
    average.ifPresent(ofWeights -> ofWeights.restart(session));
  }

  private void clearState() {
    step.state().forEach(variables -> variables.initialize(session));
  }

  /**
   * Sets the weights, their averages and the optimiser's slots to those of a checkpoint.
   *
   * @throws IllegalArgumentException if it is of another network or optimiser, or damaged
   */
  void restore(Checkpoint checkpoint) {
    WideResNetConfig network = checkpoint.description().network();
    if (!network.equals(plan.network())) {
      throw new IllegalArgumentException(
          "The checkpoint holds another network (%s, padding %s) than the run trains (%s, padding %s)."
              .formatted(
                  network.fullName(),
                  network.padding(),
                  plan.network().fullName(),
                  plan.network().padding()));
    }
    if (checkpoint.description().step() == 0) { // imported: the weights, and nothing else
      checkpoint.restore(session, kept);
      average.ifPresent(ofWeights -> ofWeights.restart(session));
      clearState();
    } else {
      checkpoint.restore(session, kept);
      checkpoint.restore(session, trained);
      step.state().forEach(variables -> checkpoint.restore(session, variables));
    }
  }

  /** Starts an epoch at the given step of it. */
  void startEpoch(int epoch, int firstStep) {
    batches.startEpoch(session, epoch, (long) firstStep * plan.options().accumulate());
  }

  /**
   * Gives all processes of the training the weights, the optimiser's slots and the place of the
   * chief.
   *
   * @return the epoch and the step in it, of the chief
   */
  float[] broadcast(int epoch, int stepOfEpoch) {
    if (broadcast == null) {
      return new float[] {epoch, stepOfEpoch};
    }
    broadcast.run(session, team);
    return team.isChief() ? team.sum(epoch, stepOfEpoch) : team.sum(0, 0);
  }

  /** Trains on the next batch, at the learning rate of the schedule. */
  TrainingStep.Measured train(long stepNumber) {
    if (clearsMomentum && schedule.dropsAt(stepNumber)) {
      step.optimizerSlots().initialize(session);
    }
    return step.run(session, stepNumber, schedule.at(stepNumber), team::sum);
  }

  /** Returns how long this process has waited for batches since {@link #startEpoch}, in seconds. */
  double waitSeconds() {
    return batches.waitSeconds(session);
  }

  /** Evaluates the weights on the test set. */
  Metrics evaluateTest() {
    return test.evaluate(session);
  }

  /** Evaluates the weights on the validation split, if one was cut. */
  Optional<Metrics> evaluateValidation() {
    return validation.map(evaluator -> evaluator.evaluate(session));
  }

  /**
   * Returns the values of the weights that are evaluated and kept, which are the averages if there
   * are any; the caller closes them.
   */
  NamedTensors weights() {
    return kept.read(session);
  }

  /**
   * Returns what the training needs besides in order to go on: the state of the step and, if there
   * are averages, the weights that are trained; the caller closes them.
   */
  NamedTensors state() {
    Map<String, TFloat32> state = new LinkedHashMap<>();
    step.state().forEach(variables -> state.putAll(variables.read(session).asMap()));
    if (average.isPresent()) {
      state.putAll(trained.read(session).asMap());
    }
    return new NamedTensors(state);
  }

  private void close(Session opened) {
    if (opened != null) {
      opened.close();
    }
    graph.close();
  }

  @Override
  public void close() {
    close(session);
  }
}
