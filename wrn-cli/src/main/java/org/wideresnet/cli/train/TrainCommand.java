package org.wideresnet.cli.train;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.wideresnet.cli.options.DataOptions;
import org.wideresnet.cli.options.DeviceOption;
import org.wideresnet.cli.options.GivenSettings;
import org.wideresnet.cli.options.GpuOptions;
import org.wideresnet.cli.options.PrecisionOption;
import org.wideresnet.cli.options.ScalingOptions;
import org.wideresnet.cli.terminal.Failures;
import org.wideresnet.cli.terminal.Interruption;
import org.wideresnet.cli.terminal.Report;
import org.wideresnet.cli.terminal.Terminal;
import org.wideresnet.train.TrainingSession;
import org.wideresnet.train.cluster.Team;
import org.wideresnet.train.run.RunConfig;
import org.wideresnet.train.run.RunDirectory;
import org.wideresnet.train.run.TrainingSettings;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code wrn train}: from a data set to a run with checkpoints, curves and a SavedModel. */
@Command(
    name = "train",
    description = "Trains a network; without any option a small one within minutes.",
    abbreviateSynopsis = true,
    optionListHeading = "%nThe run, and what it is computed on:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  ${ROOT-COMMAND-NAME} train --data cifar10 --model wrn-16-2 --epochs 30",
      "  ${ROOT-COMMAND-NAME} train --data pictures --model wrn-16-2 --weights runs/first",
      "  ${ROOT-COMMAND-NAME} train --resume"
    })
public final class TrainCommand implements Callable<Integer> {
  @Spec private CommandSpec command;
  @Mixin private Report report;

  @ArgGroup(validate = false, order = 1, heading = "%nThe data set:%n")
  private DataOptions data = new DataOptions();

  @ArgGroup(validate = false, order = 2, heading = "%nThe recipe, and what goes over it:%n")
  private RecipeOptions recipe = new RecipeOptions();

  @ArgGroup(validate = false, order = 3, heading = "%nThe training:%n")
  private TrainingOptions options = new TrainingOptions();

  @ArgGroup(validate = false, order = 4, heading = "%nSpeed and memory:%n")
  private ScalingOptions scaling = new ScalingOptions();

  @ArgGroup(validate = false, order = 5, heading = "%nMore processes:%n")
  private WorkerOptions workers = new WorkerOptions();

  @Mixin private PrecisionOption precision;
  @Mixin private DeviceOption device;

  @ArgGroup(validate = false, order = 6, heading = "%nOn a GPU:%n")
  private GpuOptions gpu = new GpuOptions();

  @Option(
      names = "--run-dir",
      paramLabel = "DIR",
      description = "The folder of the run (default: runs/DATA-MODEL-TIME).")
  private Path runDir;

  @Option(
      names = "--resume",
      description = "Continue the run of --run-dir, or the newest one, where it stopped.")
  private boolean resume;

  @Option(names = "--dry-run", description = "Only show what would be done.")
  private boolean dryRun;

  @Override
  public Integer call() throws IOException {
    if (resume && options.namesRun()) {
      throw new IllegalArgumentException("--resume and --from exclude each other; give one.");
    }
    return resume ? resume() : start();
  }

  private int start() throws IOException {
    if (runDir != null && !workers.isFollower()) {
      RunDirectory.requireNew(runDir);
    }
    RunConfig base = options.namesRun() ? options.run() : null;
    DataOptions source = base == null ? data : data.or(base.data());
    TrainingSettings settings = settings(base, source);
    TrainingSession session =
        report.busy(
            "Reading " + source.name(report),
            () -> TrainingSession.start(settings, source.open(report), runDir));
    return dryRun ? new TrainingReport(report).plan(session.plan()) : train(session);
  }

  private int resume() throws IOException {
    RunDirectory run =
        runDir == null ? RunDirectory.latest(RunDirectory.RUNS) : RunDirectory.open(runDir);
    RunConfig config = RunConfig.read(run.runJson());
    DataOptions source = data.or(config.data());
    TrainingSettings settings = settings(config, source);
    settings.requireSameAs(config.settings(), run.path());
    if (config.state() == RunConfig.State.FINISHED) {
      report.note("The run %s is complete: all its epochs are done.".formatted(run.path()));
      new TrainingReport(report).end(TrainingSession.complete(run, config.result()));
      return 0;
    }
    return train(
        report.busy(
            "Reading " + source.name(report),
            () -> TrainingSession.resume(run, settings, source.open(report))));
  }

  private TrainingSettings settings(RunConfig base, DataOptions source) {
    ObjectNode given = GivenSettings.of(command);
    workers.addTo(given, base == null ? null : base.options());
    String model = source.name(report).startsWith("generated") ? "wrn-10-1" : "wrn-16-1";
    return TrainingSettings.of(
        base == null ? null : base.settings(), recipe.name(), given, model, workers::devices);
  }

  /** Trains as the chief, as another worker, or by workers that are started. */
  private int train(TrainingSession session) throws IOException {
    if (workers.startsWorkers(session.plan().options().workers())) {
      return workers
          .local(session.plan().options(), session.path())
          .run(workers.workerArguments(command, session.path()), report);
    }
    TrainingReport text = new TrainingReport(report);
    try (Interruption interruption = new Interruption();
        Team team = workers.join(report)) {
      interruption.onSignal(team::requestStop);
      if (workers.isFollower()) {
        text.device(session.plan().options());
        return text.followed(session.follow(team)) ? 0 : Failures.INTERRUPTED;
      }
      Optional<TrainingSession.Outcome> outcome = train(session, team, text);
      if (outcome.isEmpty()) {
        text.interrupted(session.path());
        return Failures.INTERRUPTED;
      }
      text.early(session.plan(), outcome.get());
      text.end(outcome.get());
      return 0;
    }
  }

  private Optional<TrainingSession.Outcome> train(
      TrainingSession session, Team team, TrainingReport text) throws IOException {
    try (TrainingProgress progress =
        new TrainingProgress(session.plan(), report, Terminal.progressColumns())) {
      progress.say("Preparing " + session.plan().network().name());
      return session.train(
          team,
          run -> {
            progress.clear();
            text.device(session.plan().options());
            text.begin(run);
            return progress;
          });
    }
  }
}
