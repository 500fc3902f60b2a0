package org.wideresnet.train.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Comparator;
import org.junit.jupiter.api.Test;
import org.wideresnet.model.Variant;
import org.wideresnet.model.WideResNetConfig;
import org.wideresnet.train.settings.ComputeSettings;
import org.wideresnet.train.settings.OptimizerSettings;

class TrainingBenchmarkTest {
  private static final WideResNetConfig NETWORK = Variant.PAPER.config(10, 1, 10);

  /** The stem, two in each of three blocks, and a shortcut in the two that change shapes. */
  private static final int CONVOLUTIONS = 1 + 3 * 2 + 2;

  @Test
  void measuresStepsOfTheNetworkItIsGiven() {
    try (TrainingBenchmark benchmark = benchmark(ComputeSettings.DEFAULTS)) {
      benchmark.warmUp(1);
      TrainingBenchmark.Measured measured = benchmark.measure(3);
      assertThat(measured.model()).isEqualTo("WRN-10-1");
      assertThat(measured.stepSecondsMedian()).isPositive();
      assertThat(measured.batchSize()).isEqualTo(4);
      assertThat(measured.peakRssBytes())
          .satisfiesAnyOf(
              bytes -> assertThat(bytes).isGreaterThan(50_000_000),
              bytes -> assertThat(System.getProperty("os.name")).isNotEqualTo("Linux"));
    }
  }

  @Test
  void ratesFollowFromTheTimeOfAStep() {
    TrainingBenchmark.Measured measured =
        TrainingBenchmark.Measured.of("WRN-10-1", 4, new double[] {9, 0.5, 0.25}, 1_000_000, 7);

    assertThat(measured.stepSecondsMedian()).isEqualTo(0.5);
    assertThat(measured.imagesPerSecond()).isEqualTo(8);
    // 8 images/s of 1e6 multiplications and additions: forward and two gradients, two flops each
    assertThat(measured.gflops()).isCloseTo(0.048, within(1e-12));
  }

  @Test
  void profileNamesTheOpsThatTheTimeGoesTo() {
    try (TrainingBenchmark benchmark = benchmark(ComputeSettings.DEFAULTS)) {
      StepProfile profile = benchmark.profile();
      assertThat(profile.ops())
          .filteredOn(op -> op.type().endsWith("Conv2DBackpropFilter"))
          .singleElement()
          .satisfies(op -> assertThat(op.count()).isEqualTo(CONVOLUTIONS))
          .satisfies(op -> assertThat(op.seconds()).isPositive());
      assertThat(profile.ops().stream().mapToDouble(StepProfile.Op::share).sum())
          .isCloseTo(1, within(1e-9));
      assertThat(profile.ops().stream().map(StepProfile.Op::seconds))
          .isSortedAccordingTo(Comparator.reverseOrder());
    }
  }

  @Test
  void splitsTheBatchAsTheOptionsSay() {
    ComputeSettings split = ComputeSettings.DEFAULTS.with("towers", 2).with("accumulate", 2);
    try (TrainingBenchmark benchmark = benchmark(split)) {
      assertThat(benchmark.measure(1).batchSize()).isEqualTo(4);
    }
    ComputeSettings three = ComputeSettings.DEFAULTS.with("towers", 3);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> benchmark(three))
        .withMessageContaining("must be a multiple of 3");
  }

  private static TrainingBenchmark benchmark(ComputeSettings options) {
    return new TrainingBenchmark(
        NETWORK, new OptimizerSettings.Sgd(0.9, true, 5e-4, false, false), 4, options);
  }
}
