package org.wideresnet.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunLockTest {

  @TempDir Path folder;
  private RunDirectory run;

  @BeforeEach
  void createRun() throws IOException {
    run = RunDirectory.create(folder.resolve("run"));
  }

  /** Another process: locks the run that it is given, says so, and waits to be ended. */
  static final class Holder {
    public static void main(String[] args) throws Exception {
      try (RunLock lock = new RunDirectory(Path.of(args[0])).lock()) {
        System.out.println("locked " + lock);
        System.in.read();
      }
    }
  }

  @Test
  void anotherProcessIsRefusedUntilTheFirstIsGone() throws Exception {
    Process holder =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-cp",
                System.getProperty("java.class.path"),
                Holder.class.getName(),
                run.path().toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader output = holder.inputReader()) {
      assertThat(output.readLine()).startsWith("locked");

      assertThat(RunLock.isHeld(run.path())).isTrue();
      assertThatThrownBy(run::lock)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "The run "
                  + run.path()
                  + " is in use by process "
                  + holder.pid()
                  + "; wait for its end or stop it.");
    } finally {
      holder.destroyForcibly().waitFor();
    }
    assertThat(RunLock.isHeld(run.path())).isFalse();
    run.lock().close();
  }

  @Test
  void aSecondLockOfTheSameProcessIsRefused() throws IOException {
    try (RunLock lock = run.lock()) {
      assertThat(lock).isNotNull();
      assertThatThrownBy(() -> new RunDirectory(folder.resolve("./run")).lock())
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("is in use by this process; wait for its end or stop it.");
    }
    run.lock().close();
  }

  @Test
  void runsAreLockedOneByOne() throws IOException {
    RunDirectory other = RunDirectory.create(folder.resolve("other"));
    try (RunLock lock = run.lock();
        RunLock otherLock = other.lock()) {
      assertThat(lock).isNotSameAs(otherLock);
    }
  }
}
