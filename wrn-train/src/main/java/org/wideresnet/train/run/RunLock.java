package org.wideresnet.train.run;

import com.google.common.util.concurrent.Uninterruptibles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps every other process from writing into a run directory. The system releases it when the
 * process ends, however it ends. Obtained from {@link RunDirectory#lock}.
 */
public final class RunLock implements AutoCloseable {

  /**
   * The locks of this process. A second attempt must not even open the file: on Linux closing it
   * again would release the lock of the first.
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private static final int TRIES = 5;
  private static final Duration PAUSE = Duration.ofMillis(50);

  private final Path file;
  private final FileChannel channel;

  private RunLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  static RunLock acquire(Path run) throws IOException {
    Path file = run.toRealPath().resolve(".lock");
    if (!HELD.add(file)) {
      throw inUse(run, "this process");
    }
    FileChannel channel = null;
    try {
      channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock lock = channel.tryLock();
      for (int i = 0; lock == null && i < TRIES; i++) { // isHeld has it for a moment
        Uninterruptibles.sleepUninterruptibly(PAUSE);
        lock = channel.tryLock();
      }
      if (lock == null) {
        throw inUse(run, owner(file));
      }
      channel.truncate(0);
      String pid = Long.toString(ProcessHandle.current().pid());
      channel.write(ByteBuffer.wrap(pid.getBytes(StandardCharsets.US_ASCII)));
      return new RunLock(file, channel);
    } catch (IOException | RuntimeException e) {
      if (channel != null) {
        channel.close();
      }
      HELD.remove(file);
      throw e;
    }
  }

  /**
   * Returns whether a process holds the lock of a run; neither changes the folder nor makes one.
   *
   * @param run the folder of the run
   * @throws IOException if the file system cannot lock
   */
  public static boolean isHeld(Path run) throws IOException {
    Path file = run.toRealPath().resolve(".lock");
    if (HELD.contains(file) || !Files.exists(file)) {
      return HELD.contains(file);
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        FileLock lock = channel.tryLock(0, Long.MAX_VALUE, true)) {
      return lock == null;
    }
  }

  private static String owner(Path file) {
    try {
      return "process " + Files.readString(file);
    } catch (IOException e) { // where a lock forbids reading, too
      return "another process";
    }
  }

  private static IllegalArgumentException inUse(Path run, String owner) {
    return new IllegalArgumentException(
        "The run " + run + " is in use by " + owner + "; wait for its end or stop it.");
  }

  /**
   * Releases the lock.
   *
   * @throws IOException if the file cannot be closed
   */
  @Override
  public void close() throws IOException {
    channel.close();
    HELD.remove(file);
  }
}
