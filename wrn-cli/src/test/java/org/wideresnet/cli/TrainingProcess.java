package org.wideresnet.cli;

import static java.nio.file.StandardWatchEventKinds.ENTRY_CREATE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_DELETE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_MODIFY;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * {@code wrn train} in a virtual machine of its own.
 *
 * @param run the directory of its run
 * @param log takes what it prints
 */
public record TrainingProcess(Process process, Path run, Path log) {
  private static final int MOST_CHANGES = 40;
  private static final int KILLED = 137;

  /** Starts a command line. */
  public static TrainingProcess start(Path run, List<Object> words) throws IOException {
    Files.createDirectories(run);
    List<String> command =
        new ArrayList<>(
            List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
    words.forEach(word -> command.add(word.toString()));
    Path log = run.resolveSibling(run.getFileName() + ".log");
    File file = log.toFile();
    return new TrainingProcess(
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(file))
            .start(),
        run,
        log);
  }

  /** Waits until it has done its work. */
  public void finish() throws Exception {
    assertThat(process.waitFor()).as(Files.readString(log)).isZero();
  }

  /**
   * Kills it after so many changes in the directories that it writes to, or a little later: most of
   * them are checkpoints that come and go, some the end of an epoch; what is later is a step.
   *
   * @return whether it was killed; not if it had done its work
   */
  boolean killAtRandom(Random random) throws Exception {
    int changes = random.nextInt(MOST_CHANGES);
    long microseconds = random.nextInt(random.nextBoolean() ? 3_000 : 150_000);
    try (WatchService watch = run.getFileSystem().newWatchService()) {
      await(watch, changes);
    }
    TimeUnit.MICROSECONDS.sleep(microseconds);
    process.destroyForcibly();
    int code = process.waitFor();
    assertThat(code).as(Files.readString(log)).isIn(0, KILLED);
    return code == KILLED;
  }

  /** Waits for so many changes, or the end of the process. */
  private void await(WatchService watch, int changes) throws Exception {
    List<Path> folders = new ArrayList<>(List.of(run, run.resolve("checkpoints")));
    int seen = 0;
    while (seen < changes && process.isAlive()) {
      for (Path folder : List.copyOf(folders)) {
        if (Files.isDirectory(folder)) {
          folder.register(watch, ENTRY_CREATE, ENTRY_DELETE, ENTRY_MODIFY);
          folders.remove(folder);
        }
      }
      WatchKey key = watch.poll(20, TimeUnit.MILLISECONDS);
      if (key != null) {
        seen += key.pollEvents().size();
        key.reset();
      }
    }
  }
}
