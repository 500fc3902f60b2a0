package org.wideresnet.train.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointIntervalTest {
  @ParameterizedTest
  @CsvSource({"epoch, epoch", "500, 500", "30s, 30s", "10m, 600s", "2h, 7200s"})
  void isReadAndWritten(String text, String written) {
    CheckpointInterval interval = CheckpointInterval.parse(text);
    assertThat(interval).hasToString(written);
    assertThat(CheckpointInterval.parse(written)).isEqualTo(interval);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "-5", "5.5", "10d", "m", "10 m", "99999999999"})
  void refusesWhatIsNoInterval(String text) {
    assertThatThrownBy(() -> CheckpointInterval.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "--checkpoint-every is '"
                + text
                + "'; it must be a number of steps such as 500, a time such as 10m, or epoch.");
    assertThatThrownBy(() -> new CheckpointInterval(5, Duration.ofSeconds(5)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void stepsAreCountedFromTheStartAndTimeFromTheLastCheckpoint() {
    CheckpointInterval steps = CheckpointInterval.parse("5");
    assertThat(steps.isDue(10, Duration.ZERO)).isTrue();
    assertThat(steps.isDue(11, Duration.ofDays(1))).isFalse();
    CheckpointInterval time = CheckpointInterval.parse("10m");
    assertThat(time.isDue(10, Duration.ofSeconds(599))).isFalse();
    assertThat(time.isDue(10, Duration.ofSeconds(600))).isTrue();
    assertThat(CheckpointInterval.EPOCH.isDue(10, Duration.ofDays(1))).isFalse();
  }
}
