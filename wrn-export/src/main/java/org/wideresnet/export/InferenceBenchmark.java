package org.wideresnet.export;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongSupplier;
import org.wideresnet.export.write.SamplePictures;

/** Measures how fast an exported model answers requests of pixels, with one or many callers. */
public final class InferenceBenchmark {
  private static final int WARM_UP_CALLS = 5;
  private static final int LEAST_CALLS = 5;

  private final Requests requests;
  private final double seconds;
  private final LongSupplier nanoTime;

  /** Answers a request of {@code count} images, {@code [count, 32, 32, 3]}. */
  interface Requests {
    void answer(byte[] pixels, int count);
  }

  /**
   * Makes a benchmark.
   *
   * @param seconds how long each row is measured; longer if a caller has had less than 5 answers
   * @throws IllegalArgumentException if the time is not positive
   */
  public InferenceBenchmark(ImageClassifier classifier, double seconds) {
    this(classifier::probabilities, seconds, System::nanoTime);
  }

  InferenceBenchmark(Requests requests, double seconds, LongSupplier nanoTime) {
    if (!(seconds > 0)) {
      throw new IllegalArgumentException(
          "The time to measure is " + seconds + " s; it must be positive.");
    }
    this.requests = requests;
    this.seconds = seconds;
    this.nanoTime = nanoTime;
  }

  /**
   * One measurement.
   *
   * @param batchSize the images of a request
   * @param threads the callers, each of which sends its next request when it has the answer
   * @param p50Ms the median time of a request, in milliseconds
   * @param p95Ms the time that 95 % of the requests stay under
   * @param p99Ms the time that 99 % of the requests stay under
   * @param imagesPerSecond the images that all callers together had answered in a second
   */
  public record Row(
      int batchSize,
      int threads,
      double p50Ms,
      double p95Ms,
      double p99Ms,
      double imagesPerSecond) {}

  /**
   * Measures one combination.
   *
   * @throws IllegalArgumentException if a number is not positive
   */
  public Row measure(int batchSize, int threads) {
    if (batchSize < 1 || threads < 1) {
      throw new IllegalArgumentException(
          "The batch size is %d and the number of threads %d; both must be 1 or more."
              .formatted(batchSize, threads));
    }
    byte[] pixels = SamplePictures.pixels(batchSize);
    for (int i = 0; i < WARM_UP_CALLS; i++) {
      requests.answer(pixels, batchSize);
    }
    ExecutorService callers = Executors.newFixedThreadPool(threads);
    try {
      long start = nanoTime.getAsLong();
      List<Future<List<Long>>> answers = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        answers.add(callers.submit(() -> call(pixels, batchSize, start)));
      }
      List<Long> nanos = new ArrayList<>();
      for (Future<List<Long>> answer : answers) {
        nanos.addAll(answer.get());
      }
      double elapsed = (nanoTime.getAsLong() - start) / 1e9;
      long[] sorted = nanos.stream().mapToLong(Long::longValue).sorted().toArray();
      return new Row(
          batchSize,
          threads,
          percentileMs(sorted, 50),
          percentileMs(sorted, 95),
          percentileMs(sorted, 99),
          sorted.length * (double) batchSize / elapsed);
    } catch (ExecutionException e) {
      throw new IllegalStateException("A request failed: " + e.getCause().getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("The measurement was interrupted.", e);
    } finally {
      callers.shutdownNow();
    }
  }

  private List<Long> call(byte[] pixels, int batchSize, long start) {
    List<Long> nanos = new ArrayList<>();
    long sent = nanoTime.getAsLong();
    while (nanos.size() < LEAST_CALLS || sent - start < seconds * 1e9) {
      requests.answer(pixels, batchSize);
      long answered = nanoTime.getAsLong();
      nanos.add(answered - sent);
      sent = answered;
    }
    return nanos;
  }

  /** The smallest time that the given percentage of the requests do not exceed. */
  static double percentileMs(long[] sortedNanos, int percent) {
    int rank = (sortedNanos.length * percent + 99) / 100;
    return sortedNanos[Math.max(0, rank - 1)] / 1e6;
  }
}
