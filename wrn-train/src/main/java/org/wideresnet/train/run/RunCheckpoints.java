package org.wideresnet.train.run;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.wideresnet.train.settings.Require;

/**
 * The checkpoints of a run, one folder each: {@code checkpoints/step-000390}.
 *
 * @param folder the folder of the checkpoints; it need not exist
 */
public record RunCheckpoints(Path folder) {

  private static final Pattern NAME = Pattern.compile("step-(\\d{6,18})");
  private static final Pattern LEFTOVER = Pattern.compile("\\.step-\\d+\\.(deleted|unfinished)");

  /** Returns where the checkpoint of a step is, or is to be written. */
  public Path path(long step) {
    return folder.resolve(String.format(Locale.ROOT, "step-%06d", step));
  }

  /**
   * Returns the steps of all checkpoints, ascending.
   *
   * @throws IOException if the folder cannot be read
   */
  public List<Long> steps() throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .filter(Files::isDirectory)
          .map(entry -> NAME.matcher(entry.getFileName().toString()))
          .filter(Matcher::matches)
          .map(matcher -> Long.valueOf(matcher.group(1)))
          .sorted()
          .toList();
    }
  }

  /**
   * Returns the step of the last checkpoint, or nothing where there is none.
   *
   * @throws IOException if the folder cannot be read
   */
  public OptionalLong latest() throws IOException {
    return steps().stream().mapToLong(step -> step).max();
  }

  /**
   * Returns the checkpoint of a step.
   *
   * @throws IllegalArgumentException if there is none; the message lists those that there are
   * @throws IOException if the folder cannot be read
   */
  public Path find(long step) throws IOException {
    List<Long> steps = steps();
    if (!steps.contains(step)) {
      throw new IllegalArgumentException(
          "There is no checkpoint of step "
              + step
              + " in "
              + folder
              + (steps.isEmpty()
                  ? ", which holds none."
                  : "; it holds those of the steps "
                      + steps.stream().map(Object::toString).collect(Collectors.joining(", "))
                      + "."));
    }
    return path(step);
  }

  /**
   * Puts a damaged checkpoint out of the way: it keeps its files, under the name {@code
   * step-000390.damaged}.
   *
   * @return its new path
   * @throws IOException if it cannot be renamed
   */
  public Path setAside(long step) throws IOException {
    Path damaged = folder.resolve(path(step).getFileName() + ".damaged");
    if (Files.exists(damaged)) {
      MoreFiles.deleteRecursively(damaged, RecursiveDeleteOption.ALLOW_INSECURE);
    }
    return Files.move(path(step), damaged, StandardCopyOption.ATOMIC_MOVE);
  }

  /**
   * Deletes old checkpoints, and what a process left that was killed while it was writing or
   * deleting one.
   *
   * @param keep how many of the last ones stay, 1 or more
   * @param spared steps whose checkpoints stay in any case, such as the best
   * @throws IllegalArgumentException if none would stay
   * @throws IOException if one cannot be deleted
   */
  public void prune(int keep, long... spared) throws IOException {
    Require.atLeastOne("keep", keep);
    List<Long> steps = steps();
    for (long step : steps.subList(0, Math.max(0, steps.size() - keep))) {
      if (LongStream.of(spared).noneMatch(one -> one == step)) {
        // Half a checkpoint must not be left under its name.
        Path old = path(step);
        Files.move(
            old,
            folder.resolve("." + old.getFileName() + ".deleted"),
            StandardCopyOption.ATOMIC_MOVE);
      }
    }
    deleteLeftovers();
  }

  private void deleteLeftovers() throws IOException {
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (Stream<Path> entries = Files.list(folder)) {
      for (Path entry : entries.toList()) {
        if (LEFTOVER.matcher(entry.getFileName().toString()).matches()) {
          MoreFiles.deleteRecursively(entry, RecursiveDeleteOption.ALLOW_INSECURE);
        }
      }
    }
  }
}
