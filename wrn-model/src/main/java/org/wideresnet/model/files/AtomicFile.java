package org.wideresnet.model.files;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Writes files that are never seen half-written: beside, then renamed. */
public final class AtomicFile {

  private AtomicFile() {}

  /**
   * Writes a text in UTF-8; as {@link #write(Path, byte[])}.
   *
   * @throws IOException if it cannot be written
   */
  public static void write(Path file, String text) throws IOException {
    write(file, text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Writes a file, replacing an older one, and waits until the disk has it. After a failure the
   * older one is still there.
   *
   * @throws IOException if it cannot be written; the message names the file and the reason
   */
  public static void write(Path file, byte[] content) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    Path unfinished = folder.resolve("." + file.getFileName() + ".unfinished");
    try {
      Files.createDirectories(folder);
      try (FileChannel channel =
          FileChannel.open(
              unfinished,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        ByteBuffer bytes = ByteBuffer.wrap(content);
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      }
      Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
      syncFolder(folder);
    } catch (IOException e) {
      IOException failure =
          new IOException("The file " + file + " could not be written: " + reason(e) + ".", e);
      try {
        Files.deleteIfExists(unfinished);
      } catch (IOException undeleted) {
        failure.addSuppressed(undeleted);
      }
      throw failure;
    }
  }

  /** A new name survives a loss of power when its folder is on disk; Windows sees to it itself. */
  private static void syncFolder(Path folder) throws IOException {
    if (File.separatorChar == '/') {
      try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }

  private static String reason(IOException e) {
    if (e instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (e instanceof FileAlreadyExistsException exists) {
      return exists.getFile() + " is no folder";
    }
    return e instanceof FileSystemException failure && failure.getReason() != null
        ? failure.getReason()
        : e.getMessage();
  }
}
