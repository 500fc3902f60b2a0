package org.wideresnet.train;

import com.google.common.collect.Lists;
import java.io.IOException;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tensorflow.TensorFlow;
import org.wideresnet.data.files.CifarDataset;
import org.wideresnet.model.WideResNet;
import org.wideresnet.model.variables.NamedTensors;
import org.wideresnet.model.weights.Checkpoint;
import org.wideresnet.model.weights.ModelDescription;
import org.wideresnet.train.cluster.Team;
import org.wideresnet.train.device.Devices;
import org.wideresnet.train.device.MachineInfo;
import org.wideresnet.train.run.RunCheckpoints;
import org.wideresnet.train.run.RunConfig;
import org.wideresnet.train.run.RunDirectory;
import org.wideresnet.train.run.RunLock;
import org.wideresnet.train.settings.ComputeSettings;
import org.wideresnet.train.settings.Recipe;

/**
 * A training with the directory that keeps everything of it: {@code run.json}, {@code history.csv}
 * and the checkpoints. The directory is locked until this is closed.
 */
public final class TrainingRun implements AutoCloseable {
  private final RunDirectory directory;
  private final RunConfig config;
  private final RunLock lock;
  private final Trainer trainer;
  private final List<Path> damaged = new ArrayList<>();
  private Path resumedFrom;
  private boolean newHead;

  /** Locks the directory and builds the graph. */
  private TrainingRun(RunDirectory directory, RunConfig config, TrainingPlan plan, Team team)
      throws IOException {
    this.directory = directory;
    this.config = config;
    lock = directory.lock();
    try {
      trainer = new Trainer(plan, config.data().checksum(), team);
    } catch (RuntimeException | Error e) {
      lock.close();
      throw e;
    }
  }

  /**
   * Makes the directory of a new run and builds its graph.
   *
   * @param path the directory, new or empty
   * @param dataDirectory where the data set was found, for the record
   * @throws IllegalArgumentException if the directory is in use, or the weights are of another
   *     network, damaged or not there
   * @throws IOException if the weights cannot be read or the directory cannot be written
   */
  public static TrainingRun create(Path path, TrainingPlan plan, Path dataDirectory)
      throws IOException {
    return create(path, plan, dataDirectory, Team.alone());
  }

  /**
   * As {@link #create(Path, TrainingPlan, Path)}, as the chief of several processes.
   *
   * @throws IllegalArgumentException also if the processes were not started alike
   * @throws java.io.UncheckedIOException if another process does not answer in time
   */
  public static TrainingRun create(Path path, TrainingPlan plan, Path dataDirectory, Team team)
      throws IOException {
    team.agreeOn(plan.fingerprint());
    try (NamedTensors initial = initialWeights(plan)) {
      TrainingRun run =
          new TrainingRun(RunDirectory.create(path), describe(plan, dataDirectory), plan, team);
      try {
        run.startFrom(initial);
        return run;
      } catch (RuntimeException | Error e) {
        run.close();
        throw e;
      }
    }
  }

  /**
   * Opens a run to go on with it, from its newest checkpoint that is not damaged; from the
   * beginning where there is none.
   *
   * @param data the data set that {@code run.json} names
   * @throws IllegalArgumentException if the data set is another one, the run is in use, or all
   *     checkpoints are damaged or of another network
   * @throws IOException if a file cannot be read
   */
  public static TrainingRun resume(RunDirectory directory, CifarDataset data) throws IOException {
    RunConfig config = RunConfig.read(directory.runJson());
    if (config.data().checksum() != null) {
      requireSameFiles(directory, config, data);
    }
    TrainingPlan plan =
        TrainingPlan.of(config.recipe(), data, config.data().validation(), config.options());
    return resume(directory, plan, Team.alone());
  }

  /**
   * As {@link #resume(RunDirectory, CifarDataset)}, as the chief of several processes.
   *
   * @param plan the plan that the run was started with, with the same data set
   * @throws IllegalArgumentException also if the processes were not started alike
   * @throws java.io.UncheckedIOException if another process does not answer in time
   */
  public static TrainingRun resume(RunDirectory directory, TrainingPlan plan, Team team)
      throws IOException {
    RunConfig config = RunConfig.read(directory.runJson());
    if (config.data().checksum() == null) {
      requireSameImages(directory, plan);
      config = config.with(describe(plan.data(), plan.dataDirectory(), plan.validation()));
    } else {
      requireSameFiles(directory, config, plan.data());
    }
    team.agreeOn(plan.fingerprint());
    TrainingRun run = new TrainingRun(directory, config, plan, team);
    try {
      run.restore();
      return run;
    } catch (IOException | RuntimeException | Error e) {
      run.close();
      throw e;
    }
  }

  private static void requireSameFiles(
      RunDirectory directory, RunConfig config, CifarDataset data) {
    if (!config.data().checksum().equals(data.checksum())) {
      throw new IllegalArgumentException(
          "The run %s was trained on other files than those of %s in %s now; restore them to resume it."
              .formatted(directory.path(), config.data().name(), config.data().directory()));
    }
  }

  /** Checks that imported weights see images as those that they were trained on. */
  private static void requireSameImages(RunDirectory directory, TrainingPlan plan)
      throws IOException {
    long step = directory.checkpoints().latest().orElse(0);
    ModelDescription imported = Checkpoint.open(directory.checkpoints().find(step)).description();
    if (!imported.normalization().equals(plan.normalization())
        || !imported.classNames().equals(plan.data().classNames())) {
      throw new IllegalArgumentException(
          "The weights of the run %s were imported for images of other classes, or that are normalised by other numbers, than those of %s; --data should name others."
              .formatted(directory.path(), plan.data().name()));
    }
  }

  private static NamedTensors initialWeights(TrainingPlan plan) throws IOException {
    Optional<Path> weights = plan.options().initialWeights();
    return weights.isPresent()
        ? InitialWeights.readForTraining(weights.get(), plan.network())
        : new NamedTensors(Map.of());
  }

  /**
   * Tries the checkpoints from the newest on, because the newest may be damaged. Those that are
   * damaged are put out of the way when another one is good.
   */
  private void restore() throws IOException {
    RunCheckpoints checkpoints = directory.checkpoints();
    List<Long> passedOver = new ArrayList<>();
    IllegalArgumentException damage = null;
    for (long step : Lists.reverse(checkpoints.steps())) {
      try {
        trainer.resume(Checkpoint.open(checkpoints.path(step)));
        for (long bad : passedOver) {
          damaged.add(checkpoints.setAside(bad));
        }
        resumedFrom = checkpoints.path(step);
        return;
      } catch (IllegalArgumentException e) {
        passedOver.add(step);
        damage = damage == null ? e : damage;
      }
    }
    if (damage != null) {
      throw damage;
    }
    try (NamedTensors initial = initialWeights(trainer.plan())) {
      startFrom(initial);
    }
  }

  private void startFrom(NamedTensors initial) {
    int all = WideResNet.of(plan().network()).weights().size();
    newHead = !initial.asMap().isEmpty() && initial.asMap().size() < all;
    trainer.startFrom(initial);
  }

  private static RunConfig.Data describe(CifarDataset data, Path directory, int validation) {
    return new RunConfig.Data(data.name(), directory.toString(), data.checksum(), validation);
  }

  /** Describes a run that is about to start. */
  static RunConfig describe(TrainingPlan plan, Path dataDirectory) {
    return describe(
        plan.recipe(), describe(plan.data(), dataDirectory, plan.validation()), plan.options());
  }

  /** Describes a run that is about to start. */
  static RunConfig describe(Recipe recipe, RunConfig.Data data, ComputeSettings options) {
    String version = TrainingRun.class.getPackage().getImplementationVersion();
    return new RunConfig(
        RunConfig.FORMAT,
        RunConfig.State.RUNNING,
        OffsetDateTime.now().truncatedTo(ChronoUnit.SECONDS).toString(),
        recipe,
        data,
        options,
        new RunConfig.Versions(
            version == null ? "development" : version,
            TensorFlow.version(),
            Runtime.version().toString()),
        MachineInfo.detect(Devices.of(options).gpu(options.device())),
        null);
  }

  /** Returns the directory of the run. */
  public RunDirectory directory() {
    return directory;
  }

  /** Returns what {@code run.json} says. */
  public RunConfig config() {
    return config;
  }

  /** Returns the plan of the training. */
  public TrainingPlan plan() {
    return trainer.plan();
  }

  /** Returns the checkpoint that the run goes on from; nothing if it starts at the beginning. */
  public Optional<Path> resumedFrom() {
    return Optional.ofNullable(resumedFrom);
  }

  /**
   * Returns whether the weights that the training starts from are of a network with another number
   * of classes, so that its last layer was drawn.
   */
  public boolean hasNewHead() {
    return newHead;
  }

  /**
   * Returns the checkpoints that were newer but damaged, as they are called now that they are out
   * of the way.
   */
  public List<Path> damagedCheckpoints() {
    return List.copyOf(damaged);
  }

  /** Asks {@link #train} to end after the step it is at. May be called from another thread. */
  public void stop() {
    trainer.stop();
  }

  /**
   * Trains what is left, and writes how it ended into {@code run.json}.
   *
   * @return the final figures; nothing if {@link #stop} ended the training
   * @throws TrainingDivergedException if the loss is no longer a number
   * @throws IOException if a file of the run cannot be written
   */
  public Optional<RunConfig.Result> train(TrainingListener listener) throws IOException {
    config.with(RunConfig.State.RUNNING).write(directory.runJson());
    Optional<RunConfig.Result> result = trainer.fit(directory, listener);
    RunConfig.State state =
        result.isPresent() ? RunConfig.State.FINISHED : RunConfig.State.INTERRUPTED;
    config.with(state, result.orElse(null)).write(directory.runJson());
    return result;
  }

  @Override
  public void close() throws IOException {
    trainer.close();
    lock.close();
  }
}
