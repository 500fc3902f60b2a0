package org.wideresnet.cli.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.wideresnet.cli.options.DataOptions;
import org.wideresnet.cli.options.DeviceOption;
import org.wideresnet.cli.options.GivenSettings;
import org.wideresnet.cli.options.GpuOptions;
import org.wideresnet.cli.options.ModelOptions;
import org.wideresnet.cli.options.PrecisionOption;
import org.wideresnet.cli.options.SavedModelOptions;
import org.wideresnet.cli.options.ScalingOptions;
import org.wideresnet.cli.terminal.CommandGroup;
import org.wideresnet.cli.terminal.Report;
import org.wideresnet.data.augment.Augmentation;
import org.wideresnet.data.files.CifarDataset;
import org.wideresnet.data.pipeline.PipelineBenchmark;
import org.wideresnet.export.ImageClassifier;
import org.wideresnet.export.InferenceBenchmark;
import org.wideresnet.model.variables.Sessions;
import org.wideresnet.train.bench.StepProfile;
import org.wideresnet.train.bench.TrainingBenchmark;
import org.wideresnet.train.device.AutomaticSettings;
import org.wideresnet.train.settings.ComputeSettings;
import org.wideresnet.train.settings.Recipe;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code wrn bench}: how fast this machine is. */
@Command(
    name = "bench",
    description = "Measures the speed of this machine; nothing else should run on it meanwhile.",
    synopsisSubcommandLabel = "COMMAND")
public final class BenchCommand extends CommandGroup {
  private static final int WARM_UP = 2;

  /** Ops that take less of a step are not shown. */
  private static final double LEAST_SHARE = 0.002;

  @Spec private CommandSpec command;

  private record Result(
      String model,
      String precision,
      int batchSize,
      int towers,
      double stepSecondsMedian,
      double imagesPerSecond,
      double gflops,
      long peakRssBytes,
      List<StepProfile.Op> ops) {}

  @Command(
      name = "train",
      description = "Measures the training step on a batch of noise, without the input pipeline.")
  void train(
      @Mixin ModelOptions model,
      @Option(
              names = "--batch-size",
              paramLabel = "N",
              defaultValue = "128",
              description = "Images of a step (default: ${DEFAULT-VALUE}).")
          int batchSize,
      @Option(
              names = "--steps",
              paramLabel = "N",
              defaultValue = "30",
              description = "Steps that are timed, after 2 more (default: ${DEFAULT-VALUE}).")
          int steps,
      @Option(
              names = "--profile",
              description = "Show, after one more step, which ops its time went to.")
          boolean profile,
      @Mixin PrecisionOption precision,
      @Mixin DeviceOption device,
      @Mixin ScalingOptions scaling,
      @Mixin GpuOptions gpu,
      @Mixin Report report) {
    ComputeSettings options =
        AutomaticSettings.resolve(
            GivenSettings.of(command.commandLine().getParseResult().subcommand().commandSpec())
                .withObject("/options"));
    try (TrainingBenchmark benchmark =
        new TrainingBenchmark(
            model.network().config(),
            Recipe.load("paper-cifar10").optimizer(),
            batchSize,
            options)) {
      benchmark.warmUp(WARM_UP);
      TrainingBenchmark.Measured measured = benchmark.measure(steps);
      String format = options.precision().name().toLowerCase(Locale.ROOT);
      report
          .text()
          .println(
              String.format(
                  Locale.ROOT,
                  "%s in %s, batches of %d: %.1f images/s, %.0f ms a step (median of %d), %.0f"
                      + " GFLOP/s, at most %,d MiB of memory",
                  measured.model(),
                  format,
                  batchSize,
                  measured.imagesPerSecond(),
                  1000 * measured.stepSecondsMedian(),
                  steps,
                  measured.gflops(),
                  measured.peakRssBytes() >> 20));
      StepProfile ops = profile ? benchmark.profile() : new StepProfile(List.of());
      print(ops, report);
      report.result(
          new Result(
              measured.model(),
              format,
              batchSize,
              options.towers(),
              measured.stepSecondsMedian(),
              measured.imagesPerSecond(),
              measured.gflops(),
              measured.peakRssBytes(),
              ops.ops()));
    }
  }

  private static void print(StepProfile profile, Report report) {
    for (StepProfile.Op op : profile.ops()) {
      if (op.share() >= LEAST_SHARE) {
        report.note(
            String.format(
                Locale.ROOT,
                "%5.1f %%  %8.2f ms  %4d x %s",
                100 * op.share(),
                1000 * op.seconds(),
                op.count(),
                op.type()));
      }
    }
  }

  @Command(
      name = "data",
      description = "Measures the input pipeline alone, with augmentation and without.")
  void data(
      @Mixin DataOptions data,
      @Option(
              names = "--batch-size",
              paramLabel = "N",
              defaultValue = "128",
              description = "Images of a batch (default: ${DEFAULT-VALUE}).")
          int batchSize,
      @Option(
              names = "--augment",
              paramLabel = "NAME",
              defaultValue = "flip-crop",
              description = "The augmentation (default: ${DEFAULT-VALUE}).")
          String augment,
      @Option(
              names = "--epochs",
              paramLabel = "N",
              defaultValue = "5",
              description = "Epochs that are timed, after one more (default: ${DEFAULT-VALUE}).")
          int epochs,
      @Mixin Report report)
      throws IOException {
    Augmentation augmentation = Augmentation.parse(augment);
    CifarDataset dataset = data.open(report);
    PipelineBenchmark.Result measured =
        new PipelineBenchmark(batchSize, augmentation, epochs, Sessions::open)
            .run(dataset.trainFiles(), dataset.layout());
    report.note(
        String.format(
            Locale.ROOT,
            "%s, batches of %d: %,.0f images/s with %s, %,.0f without augmentation",
            dataset.name(),
            batchSize,
            measured.imagesPerSecond(),
            augmentation.name(),
            measured.imagesPerSecondPlain()));
    report.result(measured);
  }

  private record InferenceResult(List<InferenceBenchmark.Row> rows) {}

  @Command(
      name = "inference",
      description = "Measures how fast an exported model answers one caller or several.")
  void inference(
      @Mixin SavedModelOptions model,
      @Option(
              names = "--batch-sizes",
              paramLabel = "N",
              split = ",",
              defaultValue = "1,8,64",
              description = "Images of a request (default: ${DEFAULT-VALUE}).")
          List<Integer> batchSizes,
      @Option(
              names = "--threads",
              paramLabel = "N",
              split = ",",
              defaultValue = "1",
              description = "Callers at the same time (default: ${DEFAULT-VALUE}).")
          List<Integer> threads,
      @Option(
              names = "--seconds",
              paramLabel = "S",
              defaultValue = "5",
              description = "How long each row is measured (default: ${DEFAULT-VALUE}).")
          double seconds,
      @Mixin Report report)
      throws IOException {
    List<InferenceBenchmark.Row> rows = new ArrayList<>();
    try (ImageClassifier classifier =
        ImageClassifier.load(model.folder(report::warn), model.trusted())) {
      InferenceBenchmark benchmark = new InferenceBenchmark(classifier, seconds);
      report.note("batch  threads    p50 ms    p95 ms    p99 ms  images/s");
      for (int callers : threads) {
        for (int batchSize : batchSizes) {
          InferenceBenchmark.Row row = benchmark.measure(batchSize, callers);
          rows.add(row);
          report.note(
              String.format(
                  Locale.ROOT,
                  "%5d  %7d  %8.2f  %8.2f  %8.2f  %8.1f",
                  batchSize,
                  callers,
                  row.p50Ms(),
                  row.p95Ms(),
                  row.p99Ms(),
                  row.imagesPerSecond()));
        }
      }
    }
    report.result(new InferenceResult(rows));
  }
}
