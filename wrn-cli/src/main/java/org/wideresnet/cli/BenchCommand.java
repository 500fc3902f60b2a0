package org.wideresnet.cli;

import java.util.Locale;
import org.wideresnet.train.DeviceChoice;
import org.wideresnet.train.Recipe;
import org.wideresnet.train.TrainingBenchmark;
import org.wideresnet.train.TrainingStep;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code wrn bench}: how fast this machine is. */
@Command(
    name = "bench",
    description = "Measures the speed of this machine; nothing else should run on it meanwhile.",
    synopsisSubcommandLabel = "COMMAND")
final class BenchCommand extends CommandGroup {

  private record Result(
      String model,
      String precision,
      int batchSize,
      int towers,
      double stepSecondsMedian,
      double imagesPerSecond,
      long peakRssBytes) {}

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
              description = "Steps that are timed, after 5 more (default: ${DEFAULT-VALUE}).")
          int steps,
      @Mixin DeviceOption device,
      @Mixin Report report) {
    DeviceChoice choice = device.choice("auto");
    TrainingBenchmark.Measured measured =
        TrainingBenchmark.run(
            model.network().config(),
            TrainingStep.Settings.of(Recipe.load("paper-cifar10").optimizer(), 1),
            batchSize,
            5,
            steps,
            choice);
    report
        .text()
        .println(
            String.format(
                Locale.ROOT,
                "%s, batches of %d: %.1f images/s, %.0f ms a step (median of %d), at most %,d MiB of memory",
                measured.model(),
                batchSize,
                measured.imagesPerSecond(),
                1000 * measured.stepSecondsMedian(),
                steps,
                measured.peakRssBytes() >> 20));
    report.result(
        new Result(
            measured.model(),
            "fp32",
            batchSize,
            1,
            measured.stepSecondsMedian(),
            measured.imagesPerSecond(),
            measured.peakRssBytes()));
  }
}
