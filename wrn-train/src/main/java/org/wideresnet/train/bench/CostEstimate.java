package org.wideresnet.train.bench;

import java.util.List;
import org.wideresnet.model.WideResNet;
import org.wideresnet.train.TrainingPlan;
import org.wideresnet.train.device.Devices;
import org.wideresnet.train.settings.ComputeSettings;

/**
 * What a training will take on this machine, extrapolated from a few steps with smaller batches.
 *
 * @param imagesPerSecond training images a second
 * @param memoryBytes the resident memory at its peak; 0 where the operating system does not say
 * @param seconds the whole time, evaluation included
 */
public record CostEstimate(double imagesPerSecond, long memoryBytes, double seconds) {

  /** An image is evaluated in a third of the time of a training image: without its gradients. */
  private static final double EVALUATION_SPEED = 3;

  /** This much arithmetic takes a few seconds on two cores. */
  private static final double STEP_FLOPS = 5e11;

  /**
   * A GPU does so much more of it; a few images would measure how long its kernels take to start.
   */
  private static final double GPU_SPEED = 100;

  /** Seconds that processes take to add up vectors, however short: measured, docs/scaling.md. */
  private static final double EXCHANGE_START = 0.7e-3;

  /** Bytes a second that processes add up through gRPC: measured with 146 MB, docs/scaling.md. */
  private static final double EXCHANGE_SPEED = 0.35e9;

  private static final int WARM_UP = 1;
  private static final int STEPS = 3;

  /** Trains a few steps on noise and extrapolates to the plan. Takes seconds to a minute. */
  public static CostEstimate measure(TrainingPlan plan) {
    List<Integer> batches = batches(plan, Devices.of(plan.options()).gpus(plan.options().device()));
    return of(plan, benchmark(plan, batches.get(0)), benchmark(plan, batches.get(1)));
  }

  /**
   * Returns a smaller and a larger number of images for a step, at most those of a round; each
   * tower has as many.
   */
  static List<Integer> batches(TrainingPlan plan, int gpus) {
    double flops =
        WideResNet.of(plan.network()).multiplyAdds() * TrainingBenchmark.FLOPS_PER_MULTIPLY_ADD;
    double limit = gpus == 0 ? STEP_FLOPS : STEP_FLOPS * GPU_SPEED;
    int towers = plan.options().towers();
    int images = (int) Math.min(imagesOfRound(plan), limit / flops);
    int imagesOfTower = Math.max(2, images / towers);
    return List.of(imagesOfTower / 2 * towers, imagesOfTower * towers);
  }

  private static int imagesOfRound(TrainingPlan plan) {
    return plan.recipe().batchSize() / plan.options().accumulate() / plan.options().workers();
  }

  /** Extrapolates from steps with a smaller and a larger batch. */
  static CostEstimate of(
      TrainingPlan plan, TrainingBenchmark.Measured small, TrainingBenchmark.Measured large) {
    int more = large.batchSize() - small.batchSize();
    double bytesPerImage = (large.peakRssBytes() - small.peakRssBytes()) / (double) more;
    long memory =
        large.peakRssBytes()
            + (long) (bytesPerImage * (imagesOfRound(plan) - large.batchSize()))
            + dataBytes(plan);
    double rate = plan.recipe().batchSize() / stepSeconds(plan, small, large);
    long trainImages = (long) plan.stepsPerEpoch() * plan.recipe().batchSize();
    double evaluated = (plan.data().testExamples() + plan.validation()) / EVALUATION_SPEED;
    return new CostEstimate(
        rate,
        large.peakRssBytes() == 0 ? 0 : memory,
        plan.recipe().epochs() * (trainImages + evaluated) / rate);
  }

  /**
   * A round takes its time for each image, and some that does not depend on their number: to start
   * kernels, to copy and add gradients, to change the weights. Processes share the cores of this
   * machine, so theirs is the work of one.
   */
  private static double stepSeconds(
      TrainingPlan plan, TrainingBenchmark.Measured small, TrainingBenchmark.Measured large) {
    double slope =
        (large.stepSecondsMedian() - small.stepSecondsMedian())
            / (large.batchSize() - small.batchSize());
    double whole = large.stepSecondsMedian() / large.batchSize();
    double perImage = slope > 0 && slope < whole ? slope : whole;
    double start = large.stepSecondsMedian() - perImage * large.batchSize();
    int rounds = plan.options().accumulate() * plan.options().workers();
    double seconds = rounds * start + plan.recipe().batchSize() * perImage;
    if (plan.options().workers() == 1) {
      return seconds;
    }
    long values =
        WideResNet.of(plan.network()).weights().stream().mapToLong(w -> w.shape().size()).sum();
    return seconds + EXCHANGE_START + values * (double) Float.BYTES / EXCHANGE_SPEED;
  }

  private static TrainingBenchmark.Measured benchmark(TrainingPlan plan, int batch) {
    ComputeSettings oneRound = plan.options().with("accumulate", 1).with("workers", 1);
    try (TrainingBenchmark benchmark =
        new TrainingBenchmark(plan.network(), plan.recipe().optimizer(), batch, oneRound)) {
      benchmark.warmUp(WARM_UP);
      return benchmark.measure(STEPS);
    }
  }

  /** The images are held in memory. */
  private static long dataBytes(TrainingPlan plan) {
    long images = plan.data().trainExamples() + plan.data().testExamples();
    return images * plan.data().layout().recordBytes();
  }
}
