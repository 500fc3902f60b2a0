package org.wideresnet.model.files;

import com.google.common.base.Throwables;
import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;

/**
 * Writes files and folders that are never seen half-written: beside, waiting until the disk has
 * them, then renamed. Missing folders above are made. After a failure nothing is left of the new
 * one, and an older one is still there.
 */
public final class AtomicFile {

  /** Writes what is to appear, at the path that it has until it is complete. */
  @FunctionalInterface
  public interface Content {
    /** Writes a file, or into the empty folder that is there. */
    void writeTo(Path unfinished) throws IOException;
  }

  private AtomicFile() {}

  /** Writes a text in UTF-8; as {@link #write(Path, Content)}. */
  public static void write(Path file, String text) throws IOException {
    write(file, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Writes bytes; as {@link #write(Path, Content)}. */
  public static void write(Path file, byte[] content) throws IOException {
    write(file, unfinished -> Files.write(unfinished, content));
  }

  /**
   * Writes a file, replacing an older one.
   *
   * @throws IOException if it cannot be written; the message names the file and the reason
   */
  public static void write(Path file, Content content) throws IOException {
    write("file", file, content);
  }

  /**
   * Writes a folder of files, replacing an older one.
   *
   * @throws IOException if it cannot be written; the message names the folder and the reason
   */
  public static void writeFolder(Path folder, Content content) throws IOException {
    write(
        "folder",
        folder,
        unfinished -> {
          delete(unfinished);
          Files.createDirectory(unfinished);
          content.writeTo(unfinished);
        });
  }

  @SuppressWarnings("try") // the resource is only there to be closed
  private static void write(String kind, Path path, Content content) throws IOException {
    Path unfinished = beside(path, "unfinished");
    try (Closeable ignored = () -> delete(unfinished)) {
      Files.createDirectories(unfinished.getParent());
      content.writeTo(unfinished);
      forceAll(unfinished);
      Path old = beside(path, "deleted");
      if (Files.isDirectory(unfinished) && Files.exists(path)) {
        // A folder cannot be replaced at once, and half of it must not be left under its name.
        delete(old);
        Files.move(path, old, StandardCopyOption.ATOMIC_MOVE);
      }
      Files.move(unfinished, path, StandardCopyOption.ATOMIC_MOVE);
      force(unfinished.getParent());
      delete(old);
    } catch (IOException e) {
      throw new IOException(
          "The %s %s could not be written: %s.".formatted(kind, path, reason(e)), e);
    }
  }

  /** Returns why reading or writing failed, as the end of a sentence without its full stop. */
  public static String reason(Throwable failure) {
    Throwable root = Throwables.getRootCause(failure);
    if (root instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (root instanceof FileAlreadyExistsException exists) {
      return exists.getFile() + " is not a folder";
    }
    if (root instanceof FileSystemException system && system.getReason() != null) {
      return system.getReason();
    }
    String message = String.valueOf(root.getMessage());
    return message.lines().findFirst().orElse("").replaceFirst("\\.$", "");
  }

  private static Path beside(Path path, String suffix) {
    return path.toAbsolutePath().resolveSibling("." + path.getFileName() + "." + suffix);
  }

  private static void forceAll(Path path) throws IOException {
    try (Stream<Path> paths = Files.walk(path)) {
      for (Path each : paths.toList()) {
        force(each);
      }
    }
  }

  /** Names survive a loss of power when their folder is on disk; Windows sees to it itself. */
  private static void force(Path path) throws IOException {
    boolean folder = Files.isDirectory(path);
    if (folder && File.separatorChar != '/') {
      return;
    }
    StandardOpenOption option = folder ? StandardOpenOption.READ : StandardOpenOption.WRITE;
    try (FileChannel channel = FileChannel.open(path, option)) {
      channel.force(true);
    }
  }

  private static void delete(Path path) throws IOException {
    if (Files.exists(path)) {
      MoreFiles.deleteRecursively(path, RecursiveDeleteOption.ALLOW_INSECURE);
    }
  }
}
