package org.wideresnet.train.bench;

import java.util.List;
import org.wideresnet.model.WideResNet;
import org.wideresnet.train.TrainingPlan;
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

  private static final int WARM_UP = 1;
  private static final int STEPS = 3;

  /** Trains a few steps on noise and extrapolates to the plan. Takes seconds to a minute. */
  public static CostEstimate measure(TrainingPlan plan) {
    List<Integer> batches = batches(plan);
    return of(plan, benchmark(plan, batches.get(0)), benchmark(plan, batches.get(1)));
  }

  /** Returns a smaller and a larger number of images for a step; each tower has as many. */
  static List<Integer> batches(TrainingPlan plan) {
    double flops =
        WideResNet.of(plan.network()).multiplyAdds() * TrainingBenchmark.FLOPS_PER_MULTIPLY_ADD;
    int towers = plan.options().towers();
    int images = (int) Math.min(plan.recipe().batchSize() / 2, STEP_FLOPS / flops);
    int imagesOfTower = Math.max(2, images / towers);
    return List.of(imagesOfTower / 2 * towers, imagesOfTower * towers);
  }

  /** Extrapolates from steps with a smaller and a larger batch. */
  static CostEstimate of(
      TrainingPlan plan, TrainingBenchmark.Measured small, TrainingBenchmark.Measured large) {
    int batch = plan.recipe().batchSize();
    int round = batch / plan.options().accumulate() / plan.options().workers();
    double bytesPerImage =
        (large.peakRssBytes() - small.peakRssBytes())
            / (double) (large.batchSize() - small.batchSize());
    long step = large.peakRssBytes() + (long) (bytesPerImage * (round - large.batchSize()));
    long trainImages = (long) plan.stepsPerEpoch() * batch;
    double evaluated = (plan.data().testExamples() + plan.validation()) / EVALUATION_SPEED;
    return new CostEstimate(
        large.imagesPerSecond(),
        large.peakRssBytes() == 0 ? 0 : step + dataBytes(plan),
        plan.recipe().epochs() * (trainImages + evaluated) / large.imagesPerSecond());
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
