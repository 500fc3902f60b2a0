package org.wideresnet.train.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NumberFormatsTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "0.1, 0.1",
    "0.0951234, 0.09512",
    "1, 1",
    "128, 128",
    "1234.56, 1235",
    "20000, 20000",
    "0.0001, 0.0001",
    "0.0000016222, 1.622e-06",
    "NaN, –",
    "-Infinity, infinite"
  })
  void aNumberHasFourDigitsThatMeanSomething(double value, String text) {
    assertThat(NumberFormats.significant(value)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "0.25, 0.3 s",
    "59.94, 59.9 s",
    "60, 1 min 0 s",
    "3599.6, '1 h 0 min'",
    "37000, 10 h 16 min",
    "NaN, –"
  })
  void aTimeHasTheUnitsThatSuitIt(double seconds, String text) {
    assertThat(NumberFormats.duration(seconds)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({"7.25, 7.3", "99.4, 99.4", "1234.5, '1,235'", "NaN, –"})
  void aSpeedHasADecimalWhereItIsSmall(double imagesPerSecond, String text) {
    assertThat(NumberFormats.speed(imagesPerSecond)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({"0.251, +0.25", "-1.5, −1.50", "NaN, –"})
  void aDifferenceHasItsSign(double difference, String text) {
    assertThat(NumberFormats.signed(difference)).isEqualTo(text);
  }
}
