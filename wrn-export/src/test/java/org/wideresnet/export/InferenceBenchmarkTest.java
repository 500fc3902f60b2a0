package org.wideresnet.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class InferenceBenchmarkTest {
  private static final int WARM_UP = 5;
  private static final long MS = 1_000_000;

  private final AtomicLong clock = new AtomicLong(12345);
  private final AtomicInteger requests = new AtomicInteger();

  /** After the warm-up requests take 1 ms, 2 ms and so on; ten of them fill 55 ms. */
  @Test
  void takesFiguresFromTheRequestsAfterTheWarmUp() {
    InferenceBenchmark.Requests model =
        (pixels, count) -> {
          assertThat(pixels).hasSize(count * 32 * 32 * 3);
          int number = requests.incrementAndGet() - WARM_UP;
          clock.addAndGet(number < 1 ? 1000 * MS : number * MS);
        };
    InferenceBenchmark.Row row = new InferenceBenchmark(model, 0.055, clock::get).measure(4, 1);
    assertThat(requests).hasValue(WARM_UP + 10);
    assertThat(row.batchSize()).isEqualTo(4);
    assertThat(row.threads()).isEqualTo(1);
    assertThat(row.p50Ms()).isEqualTo(5);
    assertThat(row.p95Ms()).isEqualTo(10);
    assertThat(row.p99Ms()).isEqualTo(10);
    assertThat(row.imagesPerSecond()).isCloseTo(4 * 10 / 0.055, within(1e-6));
  }

  /** Each of three callers has five requests, and none is answered before all three are there. */
  @Test
  void manyCallersAskAtTheSameTime() {
    CyclicBarrier together = new CyclicBarrier(3);
    InferenceBenchmark.Requests model =
        (pixels, count) -> {
          clock.addAndGet(1000 * MS);
          if (requests.incrementAndGet() > WARM_UP) {
            await(together);
          }
        };
    InferenceBenchmark.Row row = new InferenceBenchmark(model, 0.5, clock::get).measure(2, 3);
    assertThat(requests).hasValue(WARM_UP + 3 * 5);
    assertThat(row.threads()).isEqualTo(3);
    assertThat(row.imagesPerSecond()).isCloseTo(2.0, within(1e-9)); // 30 images in 15 s
  }

  @Test
  void refusesNumbersThatAreNotPositive() {
    InferenceBenchmark benchmark = new InferenceBenchmark((pixels, count) -> {}, 1, clock::get);
    assertThatThrownBy(() -> benchmark.measure(0, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("batch size is 0")
        .hasMessageContaining("1 or more");
    assertThatThrownBy(() -> new InferenceBenchmark((pixels, count) -> {}, 0, clock::get))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static void await(CyclicBarrier barrier) {
    try {
      barrier.await(1, TimeUnit.MINUTES);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void takesPercentilesByNearestRank() {
    long[] times = LongStream.rangeClosed(1, 200).map(i -> i * 1_000_000).toArray();
    assertThat(InferenceBenchmark.percentileMs(times, 50)).isEqualTo(100);
    assertThat(InferenceBenchmark.percentileMs(times, 95)).isEqualTo(190);
    assertThat(InferenceBenchmark.percentileMs(times, 99)).isEqualTo(198);
    assertThat(InferenceBenchmark.percentileMs(new long[] {3_000_000}, 99)).isEqualTo(3);
  }
}
