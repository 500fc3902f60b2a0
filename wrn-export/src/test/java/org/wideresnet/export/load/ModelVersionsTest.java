package org.wideresnet.export.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wideresnet.export.ExportOptions;
import org.wideresnet.export.ExportedModel;
import org.wideresnet.export.SavedModelExporter;
import org.wideresnet.export.TestModels;
import org.wideresnet.model.Normalization;

class ModelVersionsTest {
  private static final int ROUNDS = 50;
  private static final int WRITERS = 4;

  @TempDir Path temp;

  @Test
  void versionsThatAreFinishedAtTheSameTimeGetNumbersOfTheirOwn() throws Exception {
    ModelVersions versions = new ModelVersions(temp);
    ExecutorService threads = Executors.newFixedThreadPool(WRITERS);
    try {
      for (int round = 0; round < ROUNDS; round++) {
        CyclicBarrier start = new CyclicBarrier(WRITERS);
        List<Future<Long>> numbers = new ArrayList<>();
        for (int writer = 0; writer < WRITERS; writer++) {
          String content = round + " " + writer;
          numbers.add(
              threads.submit(
                  () -> {
                    Path unfinished = prepare(versions, content);
                    start.await();
                    versions.removeLeftovers();
                    long number = versions.publish(unfinished, null);
                    assertThat(versions.folder(number).resolve("export.json")).hasContent(content);
                    return number;
                  }));
        }
        for (Future<Long> number : numbers) {
          number.get();
        }
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(versions.numbers())
        .isEqualTo(LongStream.rangeClosed(1, ROUNDS * WRITERS).boxed().toList());
    for (long number : versions.numbers()) {
      Path folder = versions.folder(number);
      assertThat(Files.readString(folder.resolve("saved_model.pb")))
          .isEqualTo(Files.readString(folder.resolve("export.json")));
    }
    assertThat(temp.toFile().list()).hasSize(ROUNDS * WRITERS);
  }

  @Test
  void ofTwoThatWantOneNumberOneGetsIt() throws IOException {
    ModelVersions versions = new ModelVersions(temp);
    versions.publish(prepare(versions, "first"), 3L);
    Path second = prepare(versions, "second");
    assertThatThrownBy(() -> versions.publish(second, 3L))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("The folder %s holds version 3 already; the next one is 4.", temp);
    assertThat(temp.resolve("3/export.json")).hasContent("first");
    assertThat(versions.publish(second, null)).isEqualTo(4);
  }

  @Test
  void onlyWhatDeadProcessesLeftIsRemoved() throws IOException {
    long dead =
        LongStream.iterate(4_000_000, pid -> pid + 1)
            .filter(pid -> ProcessHandle.of(pid).isEmpty())
            .findFirst()
            .orElseThrow();
    ModelVersions versions = new ModelVersions(temp);
    Path live = prepare(versions, "live");
    Files.createDirectories(temp.resolve(".1.unfinished-" + dead + "-1/assets"));
    Files.createDirectories(temp.resolve(".2.unfinished/assets"));
    versions.removeLeftovers();
    assertThat(temp.toFile().list()).containsExactly(live.getFileName().toString());
  }

  @Test
  void exportsAtTheSameTimeAreBothComplete() throws Exception {
    Path models = temp.resolve("models");
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      CyclicBarrier start = new CyclicBarrier(2);
      List<Future<ExportedModel>> exports = new ArrayList<>();
      for (float factor : new float[] {1, 2}) {
        Path checkpoint =
            TestModels.checkpoint(
                temp.resolve("checkpoint-" + factor),
                TestModels.WRN_10_1,
                Normalization.PAPER_CIFAR10,
                factor);
        exports.add(
            threads.submit(
                () -> {
                  start.await();
                  return SavedModelExporter.export(checkpoint, models, ExportOptions.DEFAULT);
                }));
      }
      for (Future<ExportedModel> export : exports) {
        Path folder = export.get().folder();
        assertThat(new SavedModelFolder(folder).fingerprint())
            .isEqualTo(export.get().fingerprint());
        LoadedModel.load(folder, false).close();
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(models.toFile().list()).containsExactlyInAnyOrder("1", "2");
  }

  private static Path prepare(ModelVersions versions, String content) throws IOException {
    Path unfinished = Files.createDirectories(versions.unfinished(versions.next()));
    Files.writeString(unfinished.resolve("saved_model.pb"), content);
    Files.writeString(unfinished.resolve("export.json"), content);
    return unfinished;
  }
}
