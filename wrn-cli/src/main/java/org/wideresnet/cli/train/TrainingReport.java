package org.wideresnet.cli.train;

import java.nio.file.Path;
import java.util.Locale;
import org.wideresnet.cli.terminal.Report;
import org.wideresnet.cli.terminal.Terminal;
import org.wideresnet.train.TrainingPlan;
import org.wideresnet.train.TrainingRun;
import org.wideresnet.train.TrainingSession;
import org.wideresnet.train.bench.CostEstimate;
import org.wideresnet.train.device.Devices;
import org.wideresnet.train.run.RunConfig;
import org.wideresnet.train.settings.ComputeSettings;

/**
 * What {@code wrn train} prints before and after a training.
 *
 * @param report where it goes
 */
record TrainingReport(Report report) {
  private static final int FEW_STEPS = 5;

  private record Result(
      String runDir,
      int epochs,
      long steps,
      double testAccuracy,
      double testLoss,
      double imagesPerSecond,
      double seconds) {}

  /** Prints the recipe, which alone is on standard output, and what the training would cost. */
  int plan(TrainingPlan plan) {
    report.note(plan.recipe().toYaml());
    CostEstimate estimate = CostEstimate.measure(plan);
    String memory =
        estimate.memoryBytes() == 0
            ? ""
            : String.format(Locale.ROOT, ", and %.1f GB of memory", estimate.memoryBytes() / 1e9);
    report
        .err()
        .println(
            String.format(
                Locale.ROOT,
                "%s on %,d images of %s, %d epochs of %,d steps: about %s here, at %.0f images/s%s",
                plan.network().name(),
                plan.trainExamples(),
                plan.data().name(),
                plan.recipe().epochs(),
                plan.stepsPerEpoch(),
                duration(estimate.seconds()),
                estimate.imagesPerSecond(),
                memory));
    report.result(estimate);
    return 0;
  }

  private static String duration(double seconds) {
    if (seconds < 120) {
      return String.format(Locale.ROOT, "%.0f seconds", seconds);
    }
    if (seconds < 2 * 3600) {
      return String.format(Locale.ROOT, "%.0f minutes", seconds / 60);
    }
    return seconds < 2 * 86_400
        ? String.format(Locale.ROOT, "%.0f hours", seconds / 3600)
        : String.format(Locale.ROOT, "%.0f days", seconds / 86_400);
  }

  /** Says what is computed on, and why; on standard error if it is not what one would expect. */
  void device(ComputeSettings options) {
    Devices devices = Devices.of(options);
    String sentence = devices.use(options.device());
    if (devices.fallsToCpu(options.device())) {
      report.warn("Warning: no GPU is used. " + sentence);
    } else {
      report.note(sentence);
    }
  }

  /** Says what is trained, and which checkpoints were passed over. */
  void begin(TrainingRun run) {
    TrainingPlan plan = run.plan();
    report.note(
        String.format(
            Locale.ROOT,
            "%s %s on %s, %,d images, in %s",
            run.resumedFrom().isPresent() ? "Going on with" : "Training",
            plan.network().name(),
            plan.data().name(),
            plan.trainExamples(),
            run.directory().path()));
    int steps = plan.stepsPerEpoch();
    int left = plan.trainExamples() - steps * plan.recipe().batchSize();
    if (steps < FEW_STEPS && plan.recipe().stepsPerEpoch().isEmpty()) {
      report.warn(
          "An epoch is only %d step%s and leaves out %d of the %d images; a smaller --batch-size than %d makes more of them."
              .formatted(
                  steps,
                  steps == 1 ? "" : "s",
                  left,
                  plan.trainExamples(),
                  plan.recipe().batchSize()));
    }
    if (run.hasNewHead()) {
      report.note(
          "All weights but those of the last layer come from %s, a network with another number of classes."
              .formatted(plan.options().weights()));
    }
    for (Path damaged : run.damagedCheckpoints()) {
      report.warn(
          "A newer checkpoint is damaged and now called %s; going on from %s."
              .formatted(damaged, run.resumedFrom().orElseThrow()));
    }
  }

  /** Says how a worker that is not the chief ended; returns whether the training is over. */
  boolean followed(boolean over) {
    report.note(over ? "The training is over." : "Stopped together with the others.");
    return over;
  }

  /** Says how to go on with a training that was stopped. */
  void interrupted(Path run) {
    report.note(
        "Interrupted; \"%s train --resume --run-dir %s\" goes on from there."
            .formatted(Terminal.invocation(), run));
  }

  /** Says why a training ended before its last epoch, if it did. */
  void early(TrainingPlan plan, TrainingSession.Outcome outcome) {
    if (outcome.result().epochs() < plan.recipe().epochs()) {
      report.note(
          "Ended after %d of %d epochs: the accuracy on the validation split did not get better any more."
              .formatted(outcome.result().epochs(), plan.recipe().epochs()));
    }
  }

  /** Prints the final figures and what can be done with the run. */
  void end(TrainingSession.Outcome outcome) {
    Path run = outcome.run().path();
    RunConfig.Result result = outcome.result();
    report.note(
        String.format(
            Locale.ROOT,
            """
            %.2f %% of the test set right, loss %.4f, %.0f images/s, %s in all
            The run is in %s: curves.png, history.csv, %s
            Next:
              %7$s evaluate --run-dir %5$s
              %7$s predict PICTURE.png --run-dir %5$s
              %7$s export --run-dir %5$s --to models/wrn\
            """,
            100 * result.testAccuracy(),
            result.testLoss(),
            result.imagesPerSecond(),
            Terminal.clock(result.seconds()),
            run,
            run.relativize(outcome.savedModel()),
            Terminal.invocation()));
    report.result(
        new Result(
            run.toString(),
            result.epochs(),
            result.steps(),
            result.testAccuracy(),
            result.testLoss(),
            result.imagesPerSecond(),
            result.seconds()));
  }
}
