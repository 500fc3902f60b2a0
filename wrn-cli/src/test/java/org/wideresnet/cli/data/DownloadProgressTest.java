package org.wideresnet.cli.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class DownloadProgressTest {
  private static final long TOTAL = 200_000_000;
  private static final String RATE = ", \\d+\\.\\d MB/s, \\d+:\\d\\d left";

  private final StringWriter err = new StringWriter();

  private void show(int columns, long... bytes) {
    try (DownloadProgress progress = new DownloadProgress(new PrintWriter(err), columns)) {
      for (long b : bytes) {
        progress.update(b, TOTAL);
      }
    }
  }

  @Test
  void printsALineForEachTenthWhereThereIsNoTerminal() {
    show(0, 0, 10_000_000, 20_000_000, 30_000_000, 90_000_000, TOTAL);
    assertThat(err.toString().lines())
        .satisfiesExactly(
            line -> assertThat(line).matches("20\\.0 of 200\\.0 MB" + RATE),
            line -> assertThat(line).matches("90\\.0 of 200\\.0 MB" + RATE),
            line -> assertThat(line).matches("200\\.0 of 200\\.0 MB" + RATE));
  }

  @Test
  void saysWhereItGoesOn() {
    show(0, 150_000_000, 155_000_000, 160_000_000);
    assertThat(err.toString().lines())
        .satisfiesExactly(
            line -> assertThat(line).isEqualTo("Going on from 150.0 of 200.0 MB"),
            line -> assertThat(line).matches("160\\.0 of 200\\.0 MB" + RATE));
  }

  @Test
  void countsAgainWhereTheServerStartsAgain() {
    show(0, 150_000_000, 0, 20_000_000);
    assertThat(err.toString().lines()).last().asString().matches("20\\.0 of 200\\.0 MB" + RATE);
  }

  @Test
  void keepsALineUpToDateOnATerminal() {
    show(80, 0, 100_000_000);
    assertThat(err.toString())
        .matches("\r━{15}─{15}  100\\.0 of 200\\.0 MB" + RATE + "\033\\[K\r\033\\[K");
  }

  @Test
  void leavesATerminalAloneWhereNothingWasDrawn() {
    show(80, 0);
    assertThat(err.toString()).isEmpty();
  }
}
