package org.wideresnet.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntPredicate;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wideresnet.export.write.SamplePictures;

/** One classifier, many threads, good and bad requests, and memory that stays what it was. */
class SharedClassifierTest {
  private static final int THREADS = 8;
  private static final Path STATUS = Path.of("/proc/self/status");

  @TempDir Path temp;
  private ImageClassifier classifier;

  @BeforeEach
  void export() throws IOException {
    Path checkpoint = TestModels.checkpoint(temp.resolve("checkpoint"), TestModels.WRN_10_1);
    SavedModelExporter.export(checkpoint, temp.resolve("models"), ExportOptions.DEFAULT);
    classifier = ImageClassifier.load(temp.resolve("models"));
  }

  @AfterEach
  void close() {
    classifier.close();
  }

  @Test
  void answersManyThreadsAtOnce() throws Exception {
    call(round -> round < 20);
  }

  @Test
  @Tag("slow")
  void keepsItsMemoryThroughAMinuteOfRequests() throws Exception {
    assumeTrue(Files.exists(STATUS), "The memory of the process is read from " + STATUS + ".");
    callFor(20);
    long before = residentMegabytes();
    callFor(60);
    assertThat(residentMegabytes() - before).isLessThan(64);
  }

  @Test
  void freesTheTensorsOfEveryCall() {
    byte[] pixels = SamplePictures.pixels(2);
    List<byte[]> files = SamplePictures.pngFiles(2);
    classifier.probabilities(pixels, 2);
    classifier.probabilities(files);
    long before = Pointer.totalCount();
    for (int i = 0; i < 1_000; i++) {
      classifier.probabilities(pixels, 2);
      classifier.probabilities(files);
    }
    assertThat(Pointer.totalCount() - before).isLessThan(100);
  }

  private void callFor(int seconds) throws Exception {
    long end = System.nanoTime() + seconds * 1_000_000_000L;
    call(round -> System.nanoTime() < end);
  }

  private void call(IntPredicate goOn) throws Exception {
    List<byte[]> files = SamplePictures.pngFiles(THREADS);
    float[][] expected = classifier.probabilities(files);
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      List<Future<?>> futures = new ArrayList<>();
      for (int thread = 0; thread < THREADS; thread++) {
        int first = thread;
        futures.add(
            threads.submit(
                () -> {
                  for (int round = 0; goOn.test(round); round++) {
                    int picture = (first + round) % THREADS;
                    float[] actual = classifier.probabilities(List.of(files.get(picture)))[0];
                    assertThat(actual).containsExactly(expected[picture], within(1e-6f));
                    assertThatThrownBy(() -> classifier.classify(new byte[100], 1))
                        .isInstanceOf(IllegalArgumentException.class);
                  }
                }));
      }
      for (Future<?> future : futures) {
        future.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static long residentMegabytes() throws IOException {
    return Files.readAllLines(STATUS).stream()
            .filter(line -> line.startsWith("VmRSS:"))
            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
            .sum()
        / 1024;
  }
}
