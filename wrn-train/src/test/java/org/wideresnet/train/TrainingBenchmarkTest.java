package org.wideresnet.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.wideresnet.model.Variant;

class TrainingBenchmarkTest {
  @Test
  void measuresStepsOfTheNetworkItIsGiven() {
    TrainingBenchmark.Measured measured =
        TrainingBenchmark.run(
            Variant.PAPER.config(10, 1, 10),
            TrainingStep.Settings.of(new OptimizerSettings.Sgd(0.9, true, 5e-4, false), 1),
            4,
            1,
            2,
            DeviceChoice.AUTO);
    assertThat(measured.model()).isEqualTo("WRN-10-1");
    assertThat(measured.imagesPerSecond() * measured.stepSecondsMedian())
        .isCloseTo(4, within(1e-6));
    assertThat(measured.peakRssBytes()).isGreaterThanOrEqualTo(0);
  }
}
