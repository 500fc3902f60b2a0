package org.wideresnet.export.serve;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.wideresnet.export.load.LoadTrial;
import org.wideresnet.export.load.ModelVersions;
import org.wideresnet.export.load.SavedModelFolder;

/**
 * The newest version of a model, whatever happens to its folder. A new version is loaded while the
 * old one goes on answering, first by a process of its own, which it may well end; then it takes
 * its place. A version that cannot be loaded changes nothing, and is tried again when its files
 * have changed.
 */
final class ServedVersions implements AutoCloseable {
  private final ModelVersions folder;
  private final boolean isFixed;
  private final Semaphore threads;
  private final Consumer<String> log;
  private final NavigableMap<Long, State> states =
      new ConcurrentSkipListMap<>(Collections.reverseOrder());
  private final Loader loader;
  private final Trial trial;
  private volatile ServedModel current;

  /** The stamp of the files that could not be loaded last. */
  private String failed = "";

  /** Why the folder could not be read last. */
  private String unreadable = "";

  /** Loads and warms up a version. */
  interface Loader {
    ServedModel load(Path folder, long version, Semaphore threads) throws IOException;
  }

  /** Loads a version where it can do no harm, and throws if it cannot be loaded. */
  interface Trial {
    void run(Path folder) throws IOException;
  }

  /**
   * What became of a version.
   *
   * @param name {@code AVAILABLE} or {@code END}, as TensorFlow Serving calls it
   * @param error why it could not be loaded; empty if it could
   */
  record State(String name, String error) {}

  private ServedVersions(Path folder, int threads, Consumer<String> log, Loader loader, Trial trial)
      throws IOException {
    this.loader = loader;
    this.trial = trial;
    this.folder = new ModelVersions(folder);
    this.threads = new Semaphore(threads, true);
    this.log = log;
    Path newest = this.folder.newest();
    isFixed = newest.equals(folder);
    swap(loader.load(newest, number(newest), this.threads));
  }

  /**
   * Loads the newest version.
   *
   * @param savedModel a version of a model, or the folder of its versions
   * @param threads how many requests are computed at the same time
   * @param trusted whether the ops of a version may be any
   * @param log is told when another version takes over, or cannot
   * @throws IllegalArgumentException if there is none that can be loaded
   */
  static ServedVersions open(Path savedModel, int threads, boolean trusted, Consumer<String> log)
      throws IOException {
    return open(
        savedModel,
        threads,
        log,
        (folder, version, permits) -> ServedModel.load(folder, version, permits, trusted),
        folder -> LoadTrial.run(folder, trusted));
  }

  static ServedVersions open(
      Path savedModel, int threads, Consumer<String> log, Loader loader, Trial trial)
      throws IOException {
    return new ServedVersions(savedModel, threads, log, loader, trial);
  }

  /** Returns the version that answers now. */
  ServedModel current() {
    return current;
  }

  /** Returns what became of each version so far, the newest first. */
  Map<Long, State> states() {
    return Collections.unmodifiableMap(states);
  }

  /**
   * Returns the model that answers, entered; the caller leaves it.
   *
   * @param version the version that is asked for; null for the newest
   * @return null if that version is not there
   */
  ServedModel enter(Long version) {
    while (true) {
      ServedModel model = current;
      if (version != null && version != model.version()) {
        return null;
      }
      if (model.enter()) {
        return model;
      }
      if (model == current) {
        return null; // this is closed
      }
    }
  }

  /** Looks whether the folder has another newest version, and loads it. */
  void poll() {
    if (isFixed) {
      return;
    }
    try {
      List<Long> numbers = folder.numbers();
      unreadable = "";
      if (numbers.isEmpty()) {
        return; // so the last one goes on
      }
      long newest = numbers.get(numbers.size() - 1);
      if (newest != current.version()) {
        load(newest);
      }
    } catch (IOException | RuntimeException e) {
      if (!String.valueOf(e.getMessage()).equals(unreadable)) {
        unreadable = String.valueOf(e.getMessage());
        log.accept("The folder of the versions cannot be read: " + unreadable);
      }
    }
  }

  private void load(long version) throws IOException {
    Path files = folder.folder(version);
    String stamp = new SavedModelFolder(files).stamp();
    if (stamp.equals(failed)) {
      return;
    }
    try {
      trial.run(files);
      swap(loader.load(files, version, threads));
      log.accept("Version %d answers now.".formatted(version));
    } catch (IOException | RuntimeException | Error e) {
      // Whatever it is, the version before goes on answering.
      failed = stamp;
      State state = new State("END", String.valueOf(e.getMessage()));
      if (!state.equals(states.put(version, state))) {
        log.accept("Version %d is left out: %s".formatted(version, e.getMessage()));
      }
    }
  }

  private void swap(ServedModel next) {
    ServedModel last = current;
    current = next;
    if (last != null) {
      states.put(last.version(), new State("END", ""));
      last.retire();
    }
    states.put(next.version(), new State("AVAILABLE", ""));
  }

  private static long number(Path folder) {
    String name = folder.toAbsolutePath().normalize().getFileName().toString();
    return name.matches("\\d{1,18}") ? Long.parseLong(name) : 1;
  }

  /** Lets nobody in any more; what is inside finishes. */
  @Override
  public void close() {
    current.retire();
  }
}
