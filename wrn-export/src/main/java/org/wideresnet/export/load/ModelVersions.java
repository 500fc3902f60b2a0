package org.wideresnet.export.load;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A folder with versions of a model, as TensorFlow Serving watches it: sub-folders whose names are
 * numbers, the largest being the newest. Names of another form are not versions to it; those of
 * unfinished or removed ones begin with a dot.
 */
public final class ModelVersions {
  private static final Pattern NUMBER = Pattern.compile("[1-9]\\d{0,17}");
  private static final Pattern LEFTOVER =
      Pattern.compile("\\.\\d+\\.(?:unfinished|removed)(?:-(\\d+)-\\d+)?");

  private final Path folder;

  /** Names the folder, which need not exist. */
  public ModelVersions(Path folder) {
    this.folder = folder;
  }

  /**
   * Checks that an export may go here: the folder does not exist, is empty or holds versions only.
   *
   * @throws IllegalArgumentException if it is something else
   * @throws IOException if it cannot be read
   */
  public void requireForModels() throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    if (!Files.isDirectory(folder)) {
      throw new IllegalArgumentException(
          "An export needs a folder, but %s is a file.".formatted(folder));
    }
    try (Stream<Path> entries = Files.list(folder)) {
      Optional<Path> other =
          entries.filter(entry -> !isVersion(entry) && !isHidden(entry)).sorted().findFirst();
      if (other.isPresent()) {
        throw new IllegalArgumentException(
            "The folder %s holds '%s', which is not an exported version; name a new or empty folder."
                .formatted(folder, other.get().getFileName()));
      }
    }
  }

  /**
   * Returns the numbers of the versions, the oldest first.
   *
   * @throws IOException if the folder cannot be read
   */
  public List<Long> numbers() throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .filter(ModelVersions::isVersion)
          .map(entry -> Long.valueOf(entry.getFileName().toString()))
          .sorted()
          .toList();
    }
  }

  /** Returns the number after that of the newest version; 1 if there is none. */
  public long next() throws IOException {
    List<Long> numbers = numbers();
    return numbers.isEmpty() ? 1 : numbers.get(numbers.size() - 1) + 1;
  }

  /**
   * Returns the folder of the newest version, or this folder if it is a SavedModel itself.
   *
   * @throws IllegalArgumentException if there is none
   * @throws IOException if the folder cannot be read
   */
  public Path newest() throws IOException {
    if (isSavedModel(folder)) {
      return folder;
    }
    List<Long> numbers = numbers();
    if (numbers.isEmpty()) {
      throw new IllegalArgumentException(
          "The folder %s holds no exported model; name the folder that 'export' wrote to."
              .formatted(folder));
    }
    return folder(numbers.get(numbers.size() - 1));
  }

  /** Returns the folder of a version. */
  public Path folder(long version) {
    return folder.resolve(Long.toString(version));
  }

  /**
   * Returns the folder in which this thread prepares a version until it is complete; one of its own
   * for each, so several may be prepared at the same time.
   */
  public Path unfinished(long version) {
    return hidden(version, "unfinished");
  }

  /**
   * Gives a complete version its number by renaming its folder. Of several that want the same
   * number one gets it: the rename decides.
   *
   * @param number its number; null for the next that is free
   * @return its number
   * @throws IllegalArgumentException if another version has the number
   * @throws IOException if the folder cannot be renamed
   */
  public long publish(Path unfinished, Long number) throws IOException {
    long version = number == null ? next() : number;
    while (true) {
      try {
        Files.move(unfinished, folder(version), StandardCopyOption.ATOMIC_MOVE);
        return version;
      } catch (FileSystemException e) {
        if (!Files.exists(folder(version))) {
          throw e;
        }
        if (number != null) {
          throw taken(version);
        }
        version = Math.max(version + 1, next());
      }
    }
  }

  /** Returns the exception that says that there is such a version. */
  public IllegalArgumentException taken(long version) throws IOException {
    return new IllegalArgumentException(
        "The folder %s holds version %d already; the next one is %d."
            .formatted(folder, version, next()));
  }

  /** Removes what processes left that were killed while they prepared or removed a version. */
  public void removeLeftovers() throws IOException {
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (Stream<Path> entries = Files.list(folder)) {
      for (Path entry : entries.toList()) {
        Matcher name = LEFTOVER.matcher(entry.getFileName().toString());
        if (name.matches() && !isPrepared(name.group(1))) {
          remove(entry, hidden(1, "removed"));
        }
      }
    }
  }

  private static boolean isPrepared(String process) {
    return process != null && ProcessHandle.of(Long.parseLong(process)).isPresent();
  }

  /**
   * Removes the oldest versions. A version loses its name first, so that a server never finds half
   * of one.
   *
   * @param count how many stay
   * @param always a version that stays in any case
   */
  public void keep(int count, long always) throws IOException {
    List<Long> numbers = numbers();
    for (long version : numbers.subList(0, Math.max(0, numbers.size() - count))) {
      if (version != always) {
        remove(folder(version), hidden(version, "removed"));
      }
    }
  }

  private static void remove(Path folder, Path removed) throws IOException {
    delete(removed);
    try {
      Files.move(folder, removed, StandardCopyOption.ATOMIC_MOVE);
    } catch (NoSuchFileException e) {
      return; // another process was faster
    }
    delete(removed);
  }

  private Path hidden(long version, String state) {
    return folder.resolve(
        ".%d.%s-%d-%d"
            .formatted(
                version, state, ProcessHandle.current().pid(), Thread.currentThread().getId()));
  }

  /** Deletes a folder with all it holds, if it exists. */
  public static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      MoreFiles.deleteRecursively(folder, RecursiveDeleteOption.ALLOW_INSECURE);
    }
  }

  /** Returns whether a folder holds a SavedModel. */
  static boolean isSavedModel(Path folder) {
    return Files.isRegularFile(folder.resolve(SavedModelFolder.SAVED_MODEL));
  }

  private static boolean isVersion(Path entry) {
    return NUMBER.matcher(entry.getFileName().toString()).matches() && isSavedModel(entry);
  }

  private static boolean isHidden(Path entry) {
    return entry.getFileName().toString().startsWith(".");
  }
}
