package org.wideresnet.cli.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wideresnet.cli.TestData;
import org.wideresnet.cli.TrainingProcess;
import org.wideresnet.cli.terminal.Failures;
import org.wideresnet.train.run.RunDirectory;

/** Trainings by two processes, and what becomes of them. */
@Tag("slow")
class LocalWorkersTest {
  private static final int TIMEOUT_SECONDS = 15;

  @TempDir static Path temp;
  private static Path data;

  @BeforeAll
  static void drawData() {
    data = TestData.small(temp);
  }

  private static TrainingProcess train(String name, int epochs, Object... more) throws IOException {
    Path run = temp.resolve(name);
    List<Object> words =
        new ArrayList<>(
            List.of(
                "train",
                "--data",
                data,
                "--recipe",
                "smoke",
                "--epochs",
                epochs,
                "--deterministic"));
    words.addAll(List.of("--workers", 2, "--worker-timeout", TIMEOUT_SECONDS, "--run-dir", run));
    words.addAll(List.of(more));
    return TrainingProcess.start(run, words);
  }

  private static List<String> losses(TrainingProcess training) throws IOException {
    return Files.readAllLines(training.run().resolve("history.csv")).stream()
        .map(line -> String.join(",", List.of(line.split(",")).subList(0, 6)))
        .toList();
  }

  private static Path weights(TrainingProcess training) {
    return new RunDirectory(training.run())
        .checkpoints()
        .path(20)
        .resolve("model.data-00000-of-00001");
  }

  @Test
  void aWorkerThatIsKilledEndsTheOthersAndARestartGoesOn() throws Exception {
    TrainingProcess whole = train("whole", 4);
    whole.finish();

    TrainingProcess killed = train("killed", 4);
    awaitCheckpoint(killed);
    ProcessHandle other = other(killed);
    assertThat(other.destroyForcibly()).isTrue();
    assertThat(killed.process().waitFor(TIMEOUT_SECONDS + 60, TimeUnit.SECONDS)).isTrue();
    assertThat(killed.process().exitValue()).isEqualTo(Failures.FAILED);
    assertThat(killed.log())
        .content()
        .contains("Worker 1 at localhost:", "is gone; start all workers again with --resume");

    TrainingProcess resumed = train("killed", 4, "--resume");
    resumed.finish();
    assertThat(losses(resumed)).isEqualTo(losses(whole));
    assertThat(weights(resumed)).hasSameBinaryContentAs(weights(whole));
  }

  @Test
  void aWorkerThatIsPausedForGoodEndsTheOthers() throws Exception {
    TrainingProcess paused = train("paused", 400);
    awaitCheckpoint(paused);
    long pid = other(paused).pid();
    signal("STOP", pid);
    try {
      assertThat(paused.process().waitFor(2 * TIMEOUT_SECONDS + 60, TimeUnit.SECONDS)).isTrue();
    } finally {
      signal("KILL", pid);
    }
    assertThat(paused.process().exitValue()).isEqualTo(Failures.FAILED);
    assertThat(paused.log()).content().contains("Another worker did not answer within 15 s");
  }

  @Test
  void aSignalStopsAllAfterACheckpoint() throws Exception {
    TrainingProcess stopped = train("stopped", 400);
    awaitCheckpoint(stopped);
    stopped.process().destroy();
    assertThat(stopped.process().waitFor(TIMEOUT_SECONDS + 60, TimeUnit.SECONDS)).isTrue();
    assertThat(stopped.process().exitValue()).isEqualTo(143);
    assertThat(stopped.log()).content().contains("Interrupted; ", "train --resume --run-dir");
    assertThat(stopped.run().resolve(".worker-1.log"))
        .content()
        .contains("Stopped together with the others.");
  }

  private static void awaitCheckpoint(TrainingProcess training) throws Exception {
    Path checkpoints = training.run().resolve("checkpoints");
    while (!Files.isDirectory(checkpoints) && training.process().isAlive()) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
    assertThat(checkpoints).as(Files.readString(training.log())).isDirectory();
  }

  /** The worker that is started last is not the chief. */
  private static ProcessHandle other(TrainingProcess training) {
    return training
        .process()
        .children()
        .max((a, b) -> Long.compare(a.pid(), b.pid()))
        .orElseThrow();
  }

  private static void signal(String name, long pid) throws Exception {
    new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start().waitFor();
  }
}
