package org.wideresnet.train.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AxisTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0     | 5     | 1 | 0 1 2 3 4 5
          0     | 1     | 1 | 0 1
          0     | 200   | 1 | 0 50 100 150 200
          31.68 | 79.1  | 0 | 30 40 50 60 70 80
          0.09  | 1.7   | 0 | 0.0 0.5 1.0 1.5 2.0
          0     | 0.1   | 0 | 0.00 0.02 0.04 0.06 0.08 0.10
          0     | 1720  | 0 | 0 500 1,000 1,500 2,000
          0     | 2e-5  | 0 | 0 5.0e-06 1.0e-05 1.5e-05 2.0e-05
          2.3   | 2.3   | 0 | 2.0 2.5
          0     | 0     | 0 | 0.0 0.2
          """)
  void ticksAreRoundNumbersAroundTheRange(double min, double max, double step, String labels) {
    Axis axis = Axis.covering(min, max, step);

    assertThat(axis.ticks().stream().map(axis::label).collect(Collectors.joining(" ")))
        .isEqualTo(labels);
    assertThat(axis.share(min)).isBetween(-1e-9, 1 + 1e-9);
    assertThat(axis.share(max)).isBetween(-1e-9, 1 + 1e-9);
    assertThat(axis.share(axis.high())).isEqualTo(1);
  }
}
