package org.wideresnet.train.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.wideresnet.model.weights.Checkpoint;

/**
 * The folder of a run: {@code run.json}, {@code history.csv} and {@code checkpoints/}.
 *
 * @param path the folder
 */
public record RunDirectory(Path path) {

  /** The folder of the runs that are not told where to go. */
  public static final Path RUNS = Path.of("runs");

  private static final String RUN_JSON = "run.json";
  private static final String HISTORY = "history.csv";
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT);

  /**
   * Returns where a run goes that is not told where to go: {@code runs/cifar10-wrn-16-2-TIME}, with
   * {@code -2} and so on added while that exists.
   *
   * @param runs the folder of all runs
   * @param data the data set, by name or by folder
   * @param model the network, such as {@code wrn-16-2}
   * @param time the time of the start
   */
  public static Path pathFor(Path runs, String data, String model, LocalDateTime time) {
    String dataName = Path.of(data).toAbsolutePath().normalize().getFileName().toString();
    String name =
        fileName(dataName + "-" + model.toLowerCase(Locale.ROOT)) + "-" + TIME.format(time);
    Path path = runs.resolve(name);
    for (int i = 2; Files.exists(path); i++) {
      path = runs.resolve(name + "-" + i);
    }
    return path;
  }

  /**
   * Makes the folder of a new run. It may exist if it is empty but for hidden files.
   *
   * @throws IllegalArgumentException if it is a run already, or holds anything else
   * @throws IOException if it cannot be made
   */
  public static RunDirectory create(Path path) throws IOException {
    requireNew(path);
    Files.createDirectories(path);
    return new RunDirectory(path);
  }

  /**
   * Checks that a new run can be made of a folder, without making it.
   *
   * @throws IllegalArgumentException as {@link #create}
   * @throws IOException if the folder cannot be read
   */
  public static void requireNew(Path path) throws IOException {
    if (Files.exists(new RunDirectory(path).runJson())) {
      throw new IllegalArgumentException(
          "The run directory "
              + path
              + " exists; continue that run with --resume or give another --run-dir.");
    }
    if (Files.exists(path) && !(Files.isDirectory(path) && isEmpty(path))) {
      throw new IllegalArgumentException(
          "The run directory " + path + " must be new or an empty folder.");
    }
    Path above = path.toAbsolutePath();
    while (!Files.exists(above)) {
      above = above.getParent();
    }
    if (!Files.isDirectory(above)) {
      throw new IllegalArgumentException(
          "The run directory " + path + " cannot be made; " + above + " is not a folder.");
    }
  }

  /**
   * Opens the folder of a run.
   *
   * @throws IllegalArgumentException if there is no run in it
   */
  public static RunDirectory open(Path path) {
    RunDirectory run = new RunDirectory(path);
    if (!Files.isRegularFile(run.runJson())) {
      throw new IllegalArgumentException(
          "The folder " + path + " is not a run directory; it holds no " + RUN_JSON + ".");
    }
    return run;
  }

  /**
   * Returns all runs, the one that was written to last first.
   *
   * @param runs the folder of all runs; it need not exist
   * @throws IOException if it cannot be read
   */
  public static List<RunDirectory> list(Path runs) throws IOException {
    if (!Files.isDirectory(runs)) {
      return List.of();
    }
    try (Stream<Path> folders = Files.list(runs)) {
      return folders
          .map(RunDirectory::new)
          .filter(run -> Files.isRegularFile(run.runJson()))
          .sorted(
              Comparator.comparing(RunDirectory::lastWritten)
                  .thenComparing(RunDirectory::path)
                  .reversed())
          .toList();
    }
  }

  /**
   * Returns the run that was written to last.
   *
   * @param runs the folder of all runs
   * @throws IllegalArgumentException if there is none
   * @throws IOException if the folder cannot be read
   */
  public static RunDirectory latest(Path runs) throws IOException {
    return list(runs).stream()
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "There is no run in " + runs + "; give the folder of one with --run-dir."));
  }

  /** Returns the file that holds a {@link RunConfig}. */
  public Path runJson() {
    return path.resolve(RUN_JSON);
  }

  /** Returns the file that holds a {@link History}. */
  public Path history() {
    return path.resolve(HISTORY);
  }

  /**
   * Returns the file of a picture of how the network does on the test set of the run's own data.
   *
   * @param name what is drawn, such as {@code confusion-matrix}
   */
  public Path picture(String name) {
    return path.resolve(name + ".png");
  }

  /**
   * Returns the file of such a picture for other data.
   *
   * @param data the name of the data set
   */
  public Path picture(String name, String data) {
    return picture(name + "-" + fileName(data));
  }

  /** Returns the checkpoints of this run. */
  public RunCheckpoints checkpoints() {
    return new RunCheckpoints(path.resolve("checkpoints"));
  }

  /**
   * Returns the folder of one of the checkpoints.
   *
   * @param which {@code latest}, {@code best} on the validation split, or the number of a step
   * @throws IllegalArgumentException if there is no such checkpoint
   * @throws IOException if a file cannot be read
   */
  public Path checkpoint(String which) throws IOException {
    OptionalLong latest = checkpoints().latest();
    if (latest.isEmpty()) {
      throw new IllegalArgumentException(
          "The run %s has no checkpoint yet; the first one comes with the end of an epoch."
              .formatted(path));
    }
    return switch (which) {
      case "latest" -> checkpoints().path(latest.getAsLong());
      case "best" -> bestCheckpoint();
      default -> checkpoints().find(step(which));
    };
  }

  private static long step(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "--checkpoint is '%s'; it must be latest, best or the number of a step.".formatted(text),
          e);
    }
  }

  private Path bestCheckpoint() throws IOException {
    if (RunConfig.read(runJson()).data().validation() == 0) {
      throw new IllegalArgumentException(
          "The run %s has no best checkpoint: that takes a validation split (train --validation N), for the test set must not choose."
              .formatted(path));
    }
    int epoch = History.open(history()).best().map(row -> row.epoch() + 1).orElse(0);
    for (long step : checkpoints().steps()) {
      Path folder = checkpoints().path(step);
      if (Checkpoint.open(folder).description().epoch() == epoch) {
        return folder;
      }
    }
    throw new IllegalArgumentException(
        "The run %s has no checkpoint of its best epoch, %d.".formatted(path, epoch));
  }

  /**
   * Locks this run for this process until the lock is closed.
   *
   * @throws IllegalArgumentException if another process holds the lock
   * @throws IOException if the file system cannot lock
   */
  public RunLock lock() throws IOException {
    return RunLock.acquire(path);
  }

  private FileTime lastWritten() {
    return Stream.of(runJson(), history())
        .map(RunDirectory::lastModified)
        .max(Comparator.naturalOrder())
        .orElseThrow();
  }

  private static FileTime lastModified(Path file) {
    try {
      return Files.getLastModifiedTime(file);
    } catch (IOException e) { // not there, or removed in this moment
      return FileTime.fromMillis(0);
    }
  }

  private static String fileName(String text) {
    return text.replaceAll("[^A-Za-z0-9._-]+", "_");
  }

  private static boolean isEmpty(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.allMatch(file -> file.getFileName().toString().startsWith("."));
    }
  }
}
