package org.wideresnet.data.files;

import com.google.common.hash.Hashing;
import com.google.common.io.MoreFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Locale;

/**
 * Downloads an official archive, checks it and unpacks it. What an interrupted download has fetched
 * stays in a {@code .part} file, and the next call goes on from there.
 */
public final class CifarDownload {

  /** Where the official archives are. */
  public static final URI OFFICIAL = URI.create("https://www.cs.toronto.edu/~kriz/");

  private static final int RANGE_NOT_SATISFIABLE = 416;

  private final URI base;
  private final int timeoutMillis;

  /** Is told how far a download has come. */
  @FunctionalInterface
  public interface Progress {
    /** Takes how many bytes are there and how many there will be. */
    void update(long bytes, long total);
  }

  /**
   * Downloads from a place: {@link #OFFICIAL} or another one.
   *
   * @param base the address of the folder with the archives, ending in a slash
   * @param timeout how long to wait for a connection, and for bytes to arrive on it
   */
  public CifarDownload(URI base, Duration timeout) {
    this.base = base;
    this.timeoutMillis = Math.toIntExact(timeout.toMillis());
  }

  /**
   * Downloads a data set, unless it is there already.
   *
   * @param kind which one
   * @param directory where its folder is put; made where it does not exist
   * @param progress is told how far it has come
   * @return the folder of the data set, in {@code directory}
   * @throws IllegalArgumentException if its folder is there and not in order
   * @throws IOException if the archive cannot be fetched, is not the official one or cannot be
   *     unpacked, in a sentence
   */
  public Path download(OfficialCifar kind, Path directory, Progress progress) throws IOException {
    return download(kind, kind.archive(), directory, progress);
  }

  /** Downloads an archive of another size and checksum. */
  Path download(
      OfficialCifar kind, OfficialCifar.Archive archive, Path directory, Progress progress)
      throws IOException {
    Path folder = directory.resolve(kind.folder());
    if (Files.exists(folder)) {
      checkExisting(kind, folder);
      return folder;
    }
    make(directory);
    Path part = directory.resolve(archive.name() + ".part");
    try (FileChannel out =
            FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = out.tryLock()) {
      if (lock == null) {
        throw new IOException(part + " is being downloaded by another process: wait for that.");
      }
      fetch(archive, part, out, progress);
    }
    checkSum(archive, part);
    unpack(part, folder);
    Files.delete(part);
    return folder;
  }

  private static void make(Path directory) throws IOException {
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new IOException(directory + " could not be made (" + WholeFolder.reason(e) + ").", e);
    }
  }

  private static void checkExisting(OfficialCifar kind, Path folder) throws IOException {
    try {
      CifarFolder.official(kind.title(), kind, false, folder, true).checked();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "%s is there already but not in order, so move it away and download again: %s"
              .formatted(folder, e.getMessage()),
          e);
    }
  }

  /** Asks for what is missing, as long as each answer brings some of it. */
  private void fetch(OfficialCifar.Archive archive, Path part, FileChannel out, Progress progress)
      throws IOException {
    URI address = base.resolve(archive.name());
    if (out.size() > archive.bytes()) {
      out.truncate(0);
    }
    long before = -1;
    IOException failure = null;
    while (out.size() < archive.bytes() && out.size() > before) {
      before = out.size();
      try {
        fetchRest(address, archive.bytes(), out, progress);
      } catch (IOException e) {
        failure = e;
      }
    }
    if (out.size() == archive.bytes()) {
      return;
    }
    String reason = failure == null ? "the connection was closed" : WholeFolder.reason(failure);
    if (out.size() == 0) {
      Files.delete(part);
      throw new IOException(
          "%s could not be downloaded (%s): the same command tries again."
              .formatted(address, reason),
          failure);
    }
    throw new IOException(
        String.format(
            Locale.ROOT,
            "%s could not be downloaded beyond %,d of %,d bytes (%s): what is there is kept, and the same command goes on from it.",
            address,
            out.size(),
            archive.bytes(),
            reason),
        failure);
  }

  private void fetchRest(URI address, long total, FileChannel out, Progress progress)
      throws IOException {
    HttpURLConnection connection = (HttpURLConnection) address.toURL().openConnection();
    connection.setConnectTimeout(timeoutMillis);
    connection.setReadTimeout(timeoutMillis);
    long start = out.size();
    if (start > 0) {
      connection.setRequestProperty("Range", "bytes=" + start + "-");
    }
    try {
      int status = connection.getResponseCode();
      if (status == RANGE_NOT_SATISFIABLE && start > 0) {
        out.truncate(0);
        fetchRest(address, total, out, progress);
        return;
      }
      if (status != HttpURLConnection.HTTP_OK && status != HttpURLConnection.HTTP_PARTIAL) {
        throw new IOException("the server answered " + status);
      }
      boolean continued = status == HttpURLConnection.HTTP_PARTIAL;
      long offset = continued ? start : 0;
      checkOffer(connection, offset, total, continued);
      out.truncate(offset);
      append(connection.getInputStream(), total, out, progress);
    } finally {
      connection.disconnect();
    }
  }

  private static void checkOffer(
      HttpURLConnection connection, long offset, long total, boolean continued) throws IOException {
    String range = connection.getHeaderField("Content-Range");
    if (continued && (range == null || !range.startsWith("bytes " + offset + "-"))) {
      throw new IOException("the server answered with the range " + range);
    }
    long length = connection.getContentLengthLong();
    if (length >= 0 && offset + length != total) {
      throw new IOException("the server offers " + (offset + length) + " bytes");
    }
  }

  private static void append(InputStream body, long total, FileChannel out, Progress progress)
      throws IOException {
    byte[] buffer = new byte[1 << 16];
    OutputStream file = Channels.newOutputStream(out);
    out.position(out.size());
    progress.update(out.position(), total);
    while (out.position() < total) {
      int count = body.read(buffer, 0, (int) Math.min(buffer.length, total - out.position()));
      if (count < 0) {
        return;
      }
      file.write(buffer, 0, count);
      progress.update(out.position(), total);
    }
  }

  private static void checkSum(OfficialCifar.Archive archive, Path part) throws IOException {
    String sha256 = MoreFiles.asByteSource(part).hash(Hashing.sha256()).toString();
    if (!sha256.equals(archive.sha256())) {
      Files.delete(part);
      throw new IOException(
          "The download of %s is not the official archive and was removed, its SHA-256 is %s and should be %s: try again."
              .formatted(archive.name(), sha256, archive.sha256()));
    }
  }

  /** Unpacks the one folder that is in the archive. */
  private static void unpack(Path archive, Path folder) throws IOException {
    WholeFolder.write(
        folder,
        draft -> {
          CifarArchive.unpack(archive, draft);
          Path inner = draft.resolve(folder.getFileName());
          for (Path file : MoreFiles.listFiles(inner)) {
            Files.move(file, draft.resolve(file.getFileName()));
          }
          Files.delete(inner);
        });
  }
}
