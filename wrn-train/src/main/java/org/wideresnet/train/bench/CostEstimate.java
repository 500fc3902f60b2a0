package org.wideresnet.train.bench;

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

  /** So much arithmetic takes a few seconds on two cores. */
  private static final double STEP_FLOPS = 5e11;

  private static final int WARM_UP = 1;
  private static final int STEPS = 3;

  /** Trains a few steps on noise and extrapolates to the plan. Takes seconds to a minute. */
  public static CostEstimate measure(TrainingPlan plan) {
    int batch = plan.recipe().batchSize();
    double flops =
        WideResNet.of(plan.network()).multiplyAdds() * TrainingBenchmark.FLOPS_PER_MULTIPLY_ADD;
    int large = (int) Math.max(2, Math.min(batch / 2, STEP_FLOPS / flops));
    int small = Math.max(1, large / 2);
    TrainingBenchmark.Measured first = benchmark(plan, small);
    TrainingBenchmark.Measured second = benchmark(plan, large);

    double bytesPerImage =
        (second.peakRssBytes() - first.peakRssBytes()) / (double) Math.max(1, large - small);
    long trainImages = (long) plan.stepsPerEpoch() * batch;
    double evaluated = (plan.data().testExamples() + plan.validation()) / 3.0;
    return new CostEstimate(
        second.imagesPerSecond(),
        second.peakRssBytes() + (long) (bytesPerImage * (batch - large)) + dataBytes(plan),
        plan.recipe().epochs() * (trainImages + evaluated) / second.imagesPerSecond());
  }

  private static TrainingBenchmark.Measured benchmark(TrainingPlan plan, int batch) {
    ComputeSettings whole = plan.options().toBuilder().towers(1).accumulate(1).workers(1).build();
    try (TrainingBenchmark benchmark =
        new TrainingBenchmark(plan.network(), plan.recipe().optimizer(), batch, whole)) {
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
