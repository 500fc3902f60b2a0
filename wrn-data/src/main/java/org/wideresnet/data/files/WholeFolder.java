package org.wideresnet.data.files;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** A folder that appears under its name as a whole or not at all. */
public final class WholeFolder {

  private WholeFolder() {}

  /** Fills a folder. */
  @FunctionalInterface
  public interface Content {
    /** Writes the files of the folder, which exists and is empty. */
    void writeTo(Path folder) throws IOException;
  }

  /**
   * Fills a folder beside {@code folder} and renames it. Where another process was faster, its
   * folder stays.
   *
   * @throws IOException if it cannot be written, in a sentence; nothing is left behind then
   */
  public static void write(Path folder, Content content) throws IOException {
    try {
      Path parent = Files.createDirectories(folder.toAbsolutePath().getParent());
      Path beside = Files.createTempDirectory(parent, "." + folder.getFileName() + ".");
      try {
        // A folder of its own in there, because a temporary directory is closed to other users.
        Path draft = Files.createDirectory(beside.resolve(folder.getFileName()));
        content.writeTo(draft);
        moveUnlessThere(draft, folder);
      } finally {
        MoreFiles.deleteRecursively(beside, RecursiveDeleteOption.ALLOW_INSECURE);
      }
    } catch (IOException e) {
      throw new IOException(folder + " could not be made (" + reason(e) + ").", e);
    }
  }

  /** Returns what happened, in a few words; many messages are nothing but the name of a file. */
  public static String reason(IOException e) {
    String kind = e.getClass() == IOException.class ? "" : e.getClass().getSimpleName();
    String message = e.getMessage() == null ? "" : e.getMessage();
    return kind + (kind.isEmpty() || message.isEmpty() ? "" : ": ") + message;
  }

  private static void moveUnlessThere(Path draft, Path folder) throws IOException {
    try {
      Files.move(draft, folder, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      if (!Files.isDirectory(folder)) {
        throw e;
      }
    }
  }
}
