package org.wideresnet.cli.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.wideresnet.cli.options.DataOptions;
import org.wideresnet.cli.options.DeviceOption;
import org.wideresnet.cli.options.GpuOptions;
import org.wideresnet.cli.options.PrecisionOption;
import org.wideresnet.cli.options.RunOptions;
import org.wideresnet.cli.options.SavedModelOptions;
import org.wideresnet.cli.options.ScalingOptions;
import org.wideresnet.cli.terminal.Failures;
import org.wideresnet.cli.terminal.Interruption;
import org.wideresnet.cli.terminal.Report;
import org.wideresnet.cli.terminal.Terminal;
import org.wideresnet.data.files.CifarDataset;
import org.wideresnet.export.ExportOptions;
import org.wideresnet.export.ExportedModel;
import org.wideresnet.export.SavedModelExporter;
import org.wideresnet.export.load.ModelVersions;
import org.wideresnet.model.Variant;
import org.wideresnet.train.RunReport;
import org.wideresnet.train.TrainingListener;
import org.wideresnet.train.TrainingPlan;
import org.wideresnet.train.TrainingRun;
import org.wideresnet.train.Worker;
import org.wideresnet.train.bench.CostEstimate;
import org.wideresnet.train.cluster.Team;
import org.wideresnet.train.device.Devices;
import org.wideresnet.train.run.RunConfig;
import org.wideresnet.train.run.RunDirectory;
import org.wideresnet.train.settings.ComputeSettings;
import org.wideresnet.train.settings.Recipe;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code wrn train}: from a data set to a run with checkpoints, curves and a SavedModel. */
@Command(
    name = "train",
    description = "Trains a network; without any option a small one within minutes.")
public final class TrainCommand implements Callable<Integer> {
  @Spec private CommandSpec command;
  @Mixin private DataOptions data;
  @Mixin private RecipeOptions recipe;
  @Mixin private PrecisionOption precision;
  @Mixin private DeviceOption device;
  @Mixin private CheckpointOption checkpoints;
  @Mixin private Report report;

  @ArgGroup(validate = false, heading = "%nMore devices, or less memory:%n")
  private ScalingOptions scaling = new ScalingOptions();

  @ArgGroup(validate = false, heading = "%nMore processes:%n")
  private WorkerOptions workers = new WorkerOptions();

  @ArgGroup(validate = false, heading = "%nOn a GPU:%n")
  private GpuOptions gpu = new GpuOptions();

  @Option(
      names = "--validation",
      paramLabel = "N",
      description = "Keep so many training images back to evaluate on (default: 0).")
  private Integer validation;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Decides all random numbers (default: 1).")
  private Long seed;

  @Option(names = "--deterministic", description = "Let two runs agree to the last bit; slower.")
  private boolean deterministic;

  @Option(
      names = "--weights",
      paramLabel = "FILE",
      description =
          "Start from a file of Keras or a checkpoint's folder (default: drawn by the seed).")
  private Path weights;

  @Option(
      names = "--run-dir",
      paramLabel = "DIR",
      description = "The folder of the run (default: runs/DATA-MODEL-TIME).")
  private Path runDir;

  @Option(
      names = "--resume",
      description = "Continue the run of --run-dir, or the newest one, where it stopped.")
  private boolean resume;

  @Option(
      names = "--from",
      paramLabel = "RUN.JSON",
      description = "Take all that is not given here from another run.")
  private Path from;

  @Option(names = "--dry-run", description = "Only show what would be done.")
  private boolean dryRun;

  private record Result(
      String runDir,
      int epochs,
      long steps,
      double testAccuracy,
      double testLoss,
      double imagesPerSecond,
      double seconds) {}

  @Override
  public Integer call() throws IOException {
    if (resume && from != null) {
      throw new IllegalArgumentException("--resume and --from exclude each other; give one.");
    }
    return resume ? resume() : start();
  }

  private int start() throws IOException {
    if (runDir != null && !workers.isFollower()) {
      RunDirectory.requireNew(runDir);
    }
    RunConfig base = from == null ? null : readRun(from);
    DataOptions source = base == null ? data : data.or(base.data());
    TrainSettings settings = settings(base, source);
    CifarDataset dataset = source.open(report);
    TrainingPlan plan =
        TrainingPlan.of(settings.recipe(), dataset, settings.validation(), settings.options());
    if (dryRun) {
      return show(plan);
    }
    String model = plan.network().name();
    Path path =
        runDir == null
            ? RunDirectory.pathFor(RunOptions.RUNS, dataset.name(), model, LocalDateTime.now())
            : runDir;
    return train(plan, path, team -> TrainingRun.create(path, plan, folder(dataset), team));
  }

  private static RunConfig readRun(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IllegalArgumentException(
          "--from %s is no file; it should be the run.json of a run.".formatted(file));
    }
    return RunConfig.read(file);
  }

  private int resume() throws IOException {
    RunDirectory directory =
        runDir == null ? RunDirectory.latest(RunOptions.RUNS) : RunDirectory.open(runDir);
    RunConfig config = RunConfig.read(directory.runJson());
    DataOptions source = data.or(config.data());
    TrainSettings settings = settings(config, source);
    settings.requireSameAs(config, directory.path());
    if (config.state() == RunConfig.State.FINISHED) {
      report.note("The run %s is complete: all its epochs are done.".formatted(directory.path()));
      Path models = directory.path().resolve(SavedModelOptions.OF_RUN);
      if (!new ModelVersions(models).numbers().isEmpty()) {
        result(directory, config.result());
      } else { // its process was killed in its last second
        RunReport.draw(directory);
        finish(directory, config.result());
      }
      return 0;
    }
    CifarDataset dataset = source.open(report);
    TrainingPlan plan =
        TrainingPlan.of(settings.recipe(), dataset, settings.validation(), settings.options());
    return train(plan, directory.path(), team -> TrainingRun.resume(directory, dataset, team));
  }

  /**
   * Returns the settings of the command line.
   *
   * @param base where to take from what is not given; null for the defaults
   */
  private TrainSettings settings(RunConfig base, DataOptions source) {
    Recipe chosen = recipe.applyTo(base == null ? Recipe.load("quick") : base.recipe());
    ComputeSettings defaults = base == null ? ComputeSettings.DEFAULTS : base.options();
    ComputeSettings.Builder options =
        defaults.toBuilder()
            .seed(seed == null ? defaults.seed() : seed)
            .deterministic(deterministic || defaults.deterministic())
            .device(device.choice(defaults.device()))
            .checkpointEvery(checkpoints.interval(defaults.checkpointEvery()));
    gpu.applyTo(options);
    if (weights != null) {
      options.weights(weights);
    }
    Devices devices = options.build().devices();
    options.precision(precision.precision(defaults.precision(), () -> devices));
    String model = source.name(report).startsWith("generated") ? "wrn-10-1" : "wrn-16-1";
    return new TrainSettings(
        chosen.toBuilder()
            .model(chosen.network().model().orElse(model))
            .variant(chosen.network().variant().orElse(Variant.PAPER))
            .build(),
        validation != null ? validation : base == null ? 0 : base.data().validation(),
        workers.applyTo(scaling.applyTo(options.build())));
  }

  /** Returns where a data set was found, for the record. */
  public static Path folder(CifarDataset dataset) {
    return dataset.trainFiles().get(0).toAbsolutePath().normalize().getParent();
  }

  private int show(TrainingPlan plan) {
    report.note(plan.recipe().toYaml());
    CostEstimate estimate = CostEstimate.measure(plan);
    report.note(
        String.format(
            Locale.ROOT,
            "%s on %,d images of %s, %d epochs of %,d steps: about %s here, at %.0f images/s, and %.1f GB of memory",
            plan.network().name(),
            plan.trainExamples(),
            plan.data().name(),
            plan.recipe().epochs(),
            plan.stepsPerEpoch(),
            duration(estimate.seconds()),
            estimate.imagesPerSecond(),
            estimate.memoryBytes() / 1e9));
    report.result(estimate);
    return 0;
  }

  private static String duration(double seconds) {
    if (seconds < 120) {
      return "%.0f seconds".formatted(seconds);
    }
    if (seconds < 2 * 3600) {
      return "%.0f minutes".formatted(seconds / 60);
    }
    return seconds < 2 * 86_400
        ? "%.0f hours".formatted(seconds / 3600)
        : "%.0f days".formatted(seconds / 86_400);
  }

  /** Opens a run. */
  private interface RunSource {
    TrainingRun open(Team team) throws IOException;
  }

  /** Trains as the chief, as another worker, or by workers that are started. */
  private int train(TrainingPlan plan, Path path, RunSource source) throws IOException {
    if (workers.startsWorkers(plan.options())) {
      return new LocalWorkers(plan.options().workers(), path, workers.timeout())
          .run(workers.workerArguments(command, path), report);
    }
    try (Interruption interruption = new Interruption()) {
      return workers.isFollower() ? follow(plan, interruption) : train(source, interruption);
    }
  }

  private int follow(TrainingPlan plan, Interruption interruption) throws IOException {
    try (Team team = workers.join(report);
        Worker follower = new Worker(plan, team)) {
      interruption.onSignal(team::requestStop);
      boolean over = follower.follow();
      report.note(over ? "The training is over." : "Stopped together with the others.");
      return over ? 0 : Failures.INTERRUPTED;
    }
  }

  private int train(RunSource source, Interruption interruption) throws IOException {
    Optional<RunConfig.Result> result;
    RunDirectory directory;
    try (Team team = workers.join(report);
        TrainingRun run = source.open(team)) {
      directory = run.directory();
      TrainingPlan plan = run.plan();
      report.note(
          "%s %s on %s, %,d images, in %s"
              .formatted(
                  run.resumedFrom().isPresent() ? "Going on with" : "Training",
                  plan.network().name(),
                  plan.data().name(),
                  plan.trainExamples(),
                  directory.path()));
      for (Path damaged : run.damagedCheckpoints()) {
        report.warn(
            "A newer checkpoint is damaged and now called %s; going on from %s."
                .formatted(damaged, run.resumedFrom().orElseThrow()));
      }
      run.checkpointEvery(checkpoints.interval(plan.options().checkpointEvery()));
      interruption.onSignal(run::stop);
      try (RunReport charts = new RunReport(run);
          TrainingProgress progress =
              new TrainingProgress(plan, report, Terminal.progressColumns())) {
        result = run.train(TrainingListener.all(charts, progress));
      }
      if (result.isPresent() && result.get().epochs() < plan.recipe().epochs()) {
        report.note(
            "Ended after %d of %d epochs: the accuracy on the validation split did not get better any more."
                .formatted(result.get().epochs(), plan.recipe().epochs()));
      }
    }
    if (result.isEmpty()) {
      report.note(
          "Interrupted; \"%s train --resume --run-dir %s\" goes on from there."
              .formatted(Terminal.invocation(), directory.path()));
      return Failures.INTERRUPTED;
    }
    finish(directory, result.get());
    return 0;
  }

  private void finish(RunDirectory run, RunConfig.Result result) throws IOException {
    ExportedModel model =
        SavedModelExporter.export(
            run.checkpoints().path(result.steps()),
            run.path().resolve(SavedModelOptions.OF_RUN),
            ExportOptions.DEFAULT.with(RunOptions.training(run)));
    String wrn = Terminal.invocation();
    report.note(
        String.format(
            Locale.ROOT,
            """
            %.2f %% of the test set right, loss %.4f, %.0f images/s, %s in all
            The run is in %s: curves.png, history.csv, %s
            Next:
              %s evaluate --run-dir %s
              %s predict PICTURE.png --run-dir %s
              %s export --run-dir %s --to models/wrn""",
            100 * result.testAccuracy(),
            result.testLoss(),
            result.imagesPerSecond(),
            Terminal.clock(result.seconds()),
            run.path(),
            run.path().relativize(model.folder()),
            wrn,
            run.path(),
            wrn,
            run.path(),
            wrn,
            run.path()));
    result(run, result);
  }

  private void result(RunDirectory run, RunConfig.Result result) {
    report.result(
        new Result(
            run.path().toString(),
            result.epochs(),
            result.steps(),
            result.testAccuracy(),
            result.testLoss(),
            result.imagesPerSecond(),
            result.seconds()));
  }
}
