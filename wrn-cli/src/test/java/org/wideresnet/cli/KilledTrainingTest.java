package org.wideresnet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.hash.Hashing;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wideresnet.train.run.RunConfig;
import org.wideresnet.train.run.RunDirectory;

/**
 * Kills processes that train, at moments that a seed decides, and goes on each time. A run that
 * went through this has the bits of one that nobody disturbed.
 */
@Tag("slow")
class KilledTrainingTest {
  private static final int KILLS = 20;
  private static final int GRADIENT_NORM = 8; // its column in the history

  @TempDir Path temp;
  private final Random random = new Random(7);
  private Path data;

  @Test
  void aRunThatIsKilledAndResumedHasTheBitsOfAnUndisturbedOne() throws Exception {
    data = TestData.small(temp);
    Path whole = temp.resolve("whole");
    assertThat(trainer(whole).process().waitFor()).isZero();
    int kills = 0;
    for (int i = 0; kills < KILLS; i++) {
      Path run = temp.resolve("killed-" + i);
      // As long as there are kills left, each process but the last of a run is killed.
      while (!isFinished(run)) {
        if (kills < KILLS) {
          kills += trainer(run).killAtRandom(random) ? 1 : 0;
        } else {
          trainer(run).finish();
        }
      }
      trainer(run).finish(); // makes the export, if its process was killed before
      assertThat(checkpoints(run)).isEqualTo(checkpoints(whole));
      assertThat(history(run)).isEqualTo(history(whole));
      assertThat(EventLog.of(run)).isEqualTo(EventLog.of(whole));
      assertThat(run.resolve("saved-model/1/saved_model.pb")).isRegularFile();
      assertThat(run.resolve("report.html")).isRegularFile();
      assertThat(accuracy(run)).isEqualTo(accuracy(whole));
      assertThat(files(run).filter(file -> file.matches(".*/\\..*(unfinished|deleted)"))).isEmpty();
    }
  }

  private TrainingProcess trainer(Path run) throws IOException {
    List<Object> words = new ArrayList<>(List.of("train", "--run-dir", run));
    if (Files.exists(run.resolve("run.json"))) {
      words.add("--resume");
    } else {
      words.addAll(List.of("--data", data, "--recipe", "smoke", "--deterministic"));
      words.addAll(List.of("--epochs", 12, "--steps-per-epoch", 12, "--batch-size", 16));
      words.addAll(List.of("--validation", 60, "--dropout", 0.1));
    }
    words.addAll(List.of("--checkpoint-every", 5));
    return TrainingProcess.start(run, words);
  }

  private static boolean isFinished(Path run) throws IOException {
    Path json = run.resolve("run.json");
    return Files.exists(json) && RunConfig.read(json).state() == RunConfig.State.FINISHED;
  }

  private static double accuracy(Path run) throws IOException {
    return RunConfig.read(new RunDirectory(run).runJson()).result().testAccuracy();
  }

  /** The checksums of all files of all checkpoints, by their paths, apart from times. */
  private static Map<String, String> checkpoints(Path run) throws IOException {
    Path folder = run.resolve("checkpoints");
    Map<String, String> checksums = new TreeMap<>();
    for (String file : files(folder).toList()) {
      String content = Files.readString(Path.of(file), StandardCharsets.ISO_8859_1);
      checksums.put(
          file.substring(folder.toString().length()),
          file.endsWith("epoch.json")
              ? content.replaceAll("\"(seconds|waitSeconds)\":[^,}]*", "")
              : Hashing.sha256().hashString(content, StandardCharsets.ISO_8859_1).toString());
    }
    return checksums;
  }

  /** The history without the columns that say how long something took. */
  private static List<String> history(Path run) throws IOException {
    return Files.readAllLines(run.resolve("history.csv")).stream()
        .map(line -> line.split(","))
        .map(line -> String.join(",", List.of(line).subList(0, 6)) + "," + line[GRADIENT_NORM])
        .toList();
  }

  private static Stream<String> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).map(Path::toString).toList().stream();
    }
  }
}
