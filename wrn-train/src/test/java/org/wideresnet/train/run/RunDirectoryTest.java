package org.wideresnet.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.LocalDateTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunDirectoryTest {

  private static final LocalDateTime TIME = LocalDateTime.of(2026, 3, 4, 5, 6, 7);

  @TempDir Path runs;

  @Test
  void aRunIsNamedAfterDataModelAndTime() throws IOException {
    Path first = RunDirectory.pathFor(runs, "cifar10", "WRN-16-2", TIME);
    assertThat(first).isEqualTo(runs.resolve("cifar10-wrn-16-2-20260304-050607"));

    RunDirectory.create(first);
    Path second = RunDirectory.pathFor(runs, "cifar10", "wrn-16-2", TIME);
    assertThat(second).isEqualTo(runs.resolve("cifar10-wrn-16-2-20260304-050607-2"));
    RunDirectory.create(second);
    assertThat(RunDirectory.pathFor(runs, "cifar10", "wrn-16-2", TIME))
        .isEqualTo(runs.resolve("cifar10-wrn-16-2-20260304-050607-3"));
  }

  @Test
  void aFolderOfDataGivesItsLastName() {
    assertThat(RunDirectory.pathFor(runs, "/data/my cats/", "wrn-10-1", TIME))
        .isEqualTo(runs.resolve("my_cats-wrn-10-1-20260304-050607"));
  }

  @Test
  void theFilesOfARunHaveTheirPlaces() throws IOException {
    RunDirectory run = RunDirectory.create(runs.resolve("a/b"));

    assertThat(run.path()).isEqualTo(runs.resolve("a/b")).isDirectory();
    assertThat(run.runJson()).isEqualTo(runs.resolve("a/b/run.json"));
    assertThat(run.history()).isEqualTo(runs.resolve("a/b/history.csv"));
    assertThat(run.checkpoints().path(390)).isEqualTo(runs.resolve("a/b/checkpoints/step-000390"));
  }

  @Test
  void anExistingRunIsRefused() throws IOException {
    Path path = newRun("a", 0).path();

    assertThatThrownBy(() -> RunDirectory.create(path))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "The run directory "
                + path
                + " exists; continue that run with --resume or give another --run-dir.");
  }

  @Test
  void aFolderOfOtherThingsAndAFileAreRefused() throws IOException {
    Path file = Files.createFile(runs.resolve("letter.txt"));

    for (Path path : new Path[] {runs, file}) {
      assertThatThrownBy(() -> RunDirectory.create(path))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("The run directory " + path + " must be new or an empty folder.");
    }
    Path below = file.resolve("run");
    assertThatThrownBy(() -> RunDirectory.create(below))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "The run directory " + below + " cannot be made; " + file + " is not a folder.");
  }

  @Test
  void anEmptyFolderAndOneThatHoldsOnlyALockAreTaken() throws IOException {
    RunDirectory run = RunDirectory.create(Files.createDirectory(runs.resolve("a")));
    run.lock().close();

    assertThat(RunDirectory.create(run.path())).isEqualTo(run);
  }

  @Test
  void onlyAFolderWithARunCanBeOpened() throws IOException {
    RunDirectory run = newRun("a", 0);

    assertThat(RunDirectory.open(run.path())).isEqualTo(run);
    assertThatThrownBy(() -> RunDirectory.open(runs))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("The folder " + runs + " is not a run directory; it holds no run.json.");
  }

  @Test
  void theLatestRunIsTheOneThatWasWrittenToLast() throws IOException {
    RunDirectory a = newRun("a", 1_000);
    RunDirectory b = newRun("b", 3_000);
    RunDirectory c = newRun("c", 2_000);
    Files.createDirectory(runs.resolve("no-run"));

    assertThat(RunDirectory.list(runs)).containsExactly(b, c, a);
    assertThat(RunDirectory.latest(runs)).isEqualTo(b);

    Files.createFile(a.history());
    Files.setLastModifiedTime(a.history(), FileTime.fromMillis(4_000));
    assertThat(RunDirectory.list(runs)).containsExactly(a, b, c);
  }

  @Test
  void withoutARunThereIsNoLatest() throws IOException {
    Path missing = runs.resolve("missing");

    assertThat(RunDirectory.list(missing)).isEmpty();
    assertThatThrownBy(() -> RunDirectory.latest(missing))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("There is no run in " + missing + "; give the folder of one with --run-dir.");
  }

  private RunDirectory newRun(String name, long millis) throws IOException {
    RunDirectory run = RunDirectory.create(runs.resolve(name));
    Files.writeString(run.runJson(), "{}");
    Files.setLastModifiedTime(run.runJson(), FileTime.fromMillis(millis));
    return run;
  }
}
