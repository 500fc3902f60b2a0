package org.wideresnet.data.files;

import com.google.common.hash.Hashing;
import com.google.common.io.ByteStreams;
import com.google.common.io.MoreFiles;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/** Unpacks a {@code .tar.gz}, which is not trusted. */
public final class CifarArchive {

  /** An official archive holds 185 MB. */
  private static final long MAX_BYTES = 256L << 20;

  private static final int MAX_ENTRIES = 100;

  private CifarArchive() {}

  /**
   * Unpacks an archive into a folder of the cache that is named by its content, unless it is there.
   *
   * @return the folder
   * @throws IllegalArgumentException if the archive is damaged or unsafe
   * @throws IOException if the folder cannot be written
   */
  public static Path unpackOnce(Path archive, Path cache) throws IOException {
    String hash = MoreFiles.asByteSource(archive).hash(Hashing.sha256()).toString();
    Path folder = cache.resolve("unpacked-" + hash.substring(0, 16));
    if (!Files.exists(folder)) {
      WholeFolder.write(folder, target -> unpack(archive, target));
    }
    return folder;
  }

  /**
   * Unpacks an archive into a folder.
   *
   * @throws IllegalArgumentException if the archive is damaged; or holds anything but folders and
   *     regular files, a path that leaves the folder, or more than an official archive could
   * @throws IOException if a file cannot be written
   */
  static void unpack(Path archive, Path folder) throws IOException {
    int entries = 0;
    long[] bytesLeft = {MAX_BYTES};
    try (InputStream gzip = gunzip(archive);
        // A header may claim any length and is read into memory: that ends somewhere too.
        TarArchiveInputStream tar =
            new TarArchiveInputStream(ByteStreams.limit(gzip, 2 * MAX_BYTES))) {
      for (TarArchiveEntry entry = next(archive, tar); entry != null; entry = next(archive, tar)) {
        Path target = target(archive, folder, entry);
        if (++entries > MAX_ENTRIES) {
          throw unsafe(archive, "holds more files than CIFAR has", entry.getName());
        }
        if (entry.isDirectory()) {
          Files.createDirectories(target);
        } else {
          Files.createDirectories(target.getParent());
          copy(archive, tar, target, bytesLeft);
        }
      }
      // The checksum of the gzip stream comes after the end of the tar archive.
      byte[] buffer = new byte[1 << 16];
      while (read(archive, gzip, buffer, bytesLeft) >= 0) {}
    }
    if (entries == 0) {
      throw new IllegalArgumentException(
          archive + " is empty: it should be an official .tar.gz of CIFAR.");
    }
  }

  private static Path target(Path archive, Path folder, TarArchiveEntry entry) {
    byte flag = entry.getLinkFlag();
    boolean isFile = flag == TarConstants.LF_NORMAL || flag == TarConstants.LF_OLDNORM;
    if (!entry.isDirectory() && (!isFile || entry.isSparse())) {
      throw unsafe(archive, "holds a link or a special file", entry.getName());
    }
    Path target = folder.resolve(entry.getName()).normalize();
    if (!target.startsWith(folder)) {
      throw unsafe(archive, "holds a path that leads out of it", entry.getName());
    }
    return target;
  }

  private static InputStream gunzip(Path archive) throws IOException {
    InputStream file = new BufferedInputStream(Files.newInputStream(archive));
    try {
      return GzipCompressorInputStream.builder()
          .setInputStream(file)
          .setDecompressConcatenated(true)
          .get();
    } catch (IOException e) {
      file.close();
      throw damaged(archive, e);
    }
  }

  private static TarArchiveEntry next(Path archive, TarArchiveInputStream tar) {
    try {
      return tar.getNextEntry();
    } catch (IOException | RuntimeException e) {
      throw damaged(archive, e);
    }
  }

  private static void copy(Path archive, InputStream in, Path target, long[] bytesLeft)
      throws IOException {
    byte[] buffer = new byte[1 << 16];
    try (OutputStream out = Files.newOutputStream(target)) {
      for (int n; (n = read(archive, in, buffer, bytesLeft)) >= 0; ) {
        out.write(buffer, 0, n);
      }
    }
  }

  /** Reads apart from writing, so that a damaged archive is told from a full disk. */
  private static int read(Path archive, InputStream in, byte[] buffer, long[] bytesLeft) {
    int count;
    try {
      count = in.read(buffer);
    } catch (IOException e) {
      throw damaged(archive, e);
    }
    bytesLeft[0] -= Math.max(0, count);
    if (bytesLeft[0] < 0) {
      throw unsafe(archive, "unpacks to more than 256 MiB", "CIFAR takes 185 MB");
    }
    return count;
  }

  private static IllegalArgumentException damaged(Path archive, Exception cause) {
    return new IllegalArgumentException(
        archive + " is damaged or not a .tar.gz: take the official one.", cause);
  }

  private static IllegalArgumentException unsafe(Path archive, String what, String detail) {
    return new IllegalArgumentException(
        "%s is refused because it %s (%s): take the official one."
            .formatted(archive, what, detail));
  }
}
