package org.wideresnet.train;

import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Optional;
import java.util.function.Function;
import org.wideresnet.data.files.CifarDataset;
import org.wideresnet.train.cluster.Team;
import org.wideresnet.train.run.RunConfig;
import org.wideresnet.train.run.RunDirectory;
import org.wideresnet.train.run.RunExport;
import org.wideresnet.train.run.TrainingSettings;

/**
 * A training from its settings to the model that it exports in the end.
 *
 * @param plan the plan
 * @param path the folder of the run
 * @param resumes whether the run was started before
 */
public record TrainingSession(TrainingPlan plan, Path path, boolean resumes) {

  /**
   * How a training ended that was not stopped.
   *
   * @param run the run
   * @param result its final figures
   * @param savedModel the folder of the versions of its exported model
   */
  public record Outcome(RunDirectory run, RunConfig.Result result, Path savedModel) {}

  /**
   * Plans a new training.
   *
   * @param path the folder of the run, new or empty; null for one in {@link RunDirectory#RUNS} that
   *     is named after data set, network and time
   * @throws IllegalArgumentException if data and settings do not go together
   * @throws IOException if the data cannot be read
   */
  public static TrainingSession start(TrainingSettings settings, CifarDataset data, Path path)
      throws IOException {
    TrainingPlan plan = plan(settings, data);
    Path folder = path;
    if (folder == null) {
      folder =
          RunDirectory.pathFor(
              RunDirectory.RUNS, data.name(), plan.network().name(), LocalDateTime.now());
    }
    return new TrainingSession(plan, folder, false);
  }

  /**
   * Plans what is left of a run.
   *
   * @param settings those that the run was started with, but for what may be another
   * @throws IllegalArgumentException as {@link #start}
   * @throws IOException if the data cannot be read
   */
  public static TrainingSession resume(
      RunDirectory run, TrainingSettings settings, CifarDataset data) throws IOException {
    return new TrainingSession(plan(settings, data), run.path(), true);
  }

  private static TrainingPlan plan(TrainingSettings settings, CifarDataset data)
      throws IOException {
    return TrainingPlan.of(
        settings.recipe(), data, settings.data().validation(), settings.options());
  }

  /**
   * Trains, evaluates after each epoch, draws the report and exports the model.
   *
   * @param team the processes that train; this one is their chief
   * @param watch is told of the run when it is open, and returns who listens to its training
   * @return nothing if the training was stopped before its end
   * @throws IllegalArgumentException as {@link TrainingRun#create} and {@link TrainingRun#resume}
   * @throws TrainingDivergedException if the loss is no longer a number
   * @throws IOException if a file of the run cannot be read or written
   */
  public Optional<Outcome> train(Team team, Function<TrainingRun, TrainingListener> watch)
      throws IOException {
    Optional<RunConfig.Result> result;
    try (TrainingRun run = open(team)) {
      TrainingListener listener = watch.apply(run);
      try (RunReport report = new RunReport(run)) {
        result = run.train(TrainingListener.all(report, listener));
        if (result.isPresent()) {
          listener.trainingEnds();
        }
      }
    }
    return result.isEmpty()
        ? Optional.empty()
        : Optional.of(export(RunDirectory.open(path), result.get()));
  }

  /**
   * Trains together with a chief, which keeps the run.
   *
   * @return whether the training is over; else it was stopped
   */
  public boolean follow(Team team) {
    try (Worker worker = new Worker(plan, team)) {
      return worker.follow();
    }
  }

  /**
   * Does for a run whose epochs are all done what its process may have been killed before: draws
   * its report and exports the model.
   *
   * @throws IOException if a file cannot be read or written
   */
  public static Outcome complete(RunDirectory run, RunConfig.Result result) throws IOException {
    RunReport.draw(run);
    return export(run, result);
  }

  private static Outcome export(RunDirectory run, RunConfig.Result result) throws IOException {
    return new Outcome(run, result, RunExport.ofStep(run, result.steps()));
  }

  private TrainingRun open(Team team) throws IOException {
    return resumes
        ? TrainingRun.resume(RunDirectory.open(path), plan, team)
        : TrainingRun.create(path, plan, plan.dataDirectory(), team);
  }
}
