package org.wideresnet.data.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.compressors.gzip.GzipCompressorOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.wideresnet.data.CifarFiles;
import org.wideresnet.data.TinyArchive;
import org.wideresnet.data.TinyCifar;

class CifarArchiveTest {

  @TempDir Path dir;
  private Path archive;
  private Path cache;
  private CifarFiles files;

  @BeforeEach
  void look() {
    archive = dir.resolve("cifar.tar.gz");
    cache = dir.resolve("cache");
    files = new CifarFiles(Map.of(), cache);
  }

  @Test
  void opensAnArchiveAndUnpacksItOnce() throws IOException {
    TinyArchive.of(TinyCifar.cifar10(dir), archive);
    CifarDataset dataset = files.open("cifar10", archive);
    assertThat(dataset.trainExamples()).isEqualTo(50);
    assertThat(dataset.testFiles().get(0)).startsWith(cache);
    assertThat(files.open("cifar10", archive)).isEqualTo(dataset);
    assertThat(files.isPresent("cifar10", archive)).isTrue();
    CifarDataset unnamed = files.open(archive.toString(), null);
    assertThat(unnamed).isEqualTo(dataset);
    assertThat(names(cache)).hasSize(1);
  }

  @Test
  void recognisesCifar100InAnArchive() throws IOException {
    TinyArchive.of(TinyCifar.cifar100(dir), archive);
    assertThat(files.open(archive.toString(), null).name()).isEqualTo("cifar100");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> files.open("cifar10", archive))
        .withMessage(archive + " holds CIFAR-100, not CIFAR-10: use --data cifar100.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"../evil.bin", "cifar/../../evil.bin", "/tmp/evil.bin"})
  void refusesAPathThatLeadsOut(String path) throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(path, true);
    writeArchive(entry);
    assertRefused(
        archive
            + " is refused because it holds a path that leads out of it ("
            + path
            + "): take the official one.");
    assertThat(dir.resolve("evil.bin")).doesNotExist();
    assertThat(Path.of("/tmp/evil.bin")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(
      bytes = {
        TarConstants.LF_SYMLINK,
        TarConstants.LF_LINK,
        TarConstants.LF_CHR,
        TarConstants.LF_BLK,
        TarConstants.LF_FIFO
      })
  void refusesLinksAndSpecialFiles(byte flag) throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry("data_batch_1.bin", flag);
    entry.setLinkName("/etc/passwd");
    writeArchive(entry);
    assertRefused(
        archive
            + " is refused because it holds a link or a special file (data_batch_1.bin): take the official one.");
  }

  @Test
  void refusesTooManyFiles() throws IOException {
    TarArchiveEntry[] entries = new TarArchiveEntry[101];
    Arrays.setAll(entries, i -> new TarArchiveEntry("file" + i));
    writeArchive(entries);
    assertRefused(
        archive
            + " is refused because it holds more files than CIFAR has (file100): take the official one.");
  }

  @Test
  void refusesADecompressionBomb() throws IOException {
    byte[] mebibyte = new byte[1 << 20];
    try (GzipCompressorOutputStream out =
        new GzipCompressorOutputStream(Files.newOutputStream(archive))) {
      // A valid, empty tar archive is followed by more zeros than are worth reading.
      for (int i = 0; i < 257; i++) {
        out.write(mebibyte);
      }
    }
    assertRefused(
        archive
            + " is refused because it unpacks to more than 256 MiB (CIFAR takes 185 MB): take the official one.");
  }

  @Test
  void refusesWhatIsDamaged() throws IOException {
    TinyArchive.of(TinyCifar.cifar10(dir), archive);
    byte[] good = Files.readAllBytes(archive);
    String message = archive + " is damaged or not a .tar.gz: take the official one.";

    Files.write(archive, Arrays.copyOf(good, good.length / 2));
    assertRefused(message);
    Files.write(archive, Arrays.copyOf(good, good.length - 4));
    assertRefused(message);

    byte[] flipped = good.clone();
    flipped[good.length - 6] ^= 1; // in the checksum at the end
    Files.write(archive, flipped);
    assertRefused(message);

    Files.writeString(archive, "<html>404</html>");
    assertRefused(message);
    Files.write(archive, new byte[0]);
    assertRefused(message);
  }

  /** Seeded damage to the headers, with a right gzip checksum around it. */
  @Test
  void refusesDamagedHeadersInNoOtherWay() throws IOException {
    ByteArrayOutputStream good = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(good)) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      for (String name : List.of("a/data_batch_1.bin", "b".repeat(150))) {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(700);
        tar.putArchiveEntry(entry);
        tar.write(new byte[700]);
        tar.closeArchiveEntry();
      }
    }
    Random random = new Random(7);
    int refused = 0;
    for (int round = 0; round < 300; round++) {
      byte[] bytes = good.toByteArray();
      for (int i = 0; i < 1 + round % 6; i++) {
        // The first header, or that of the long name, the long name, or the second header.
        int at = random.nextInt(2_048);
        bytes[at < 512 ? at : at + 1_024] = (byte) random.nextInt(256);
      }
      try (GzipCompressorOutputStream out =
          new GzipCompressorOutputStream(Files.newOutputStream(archive))) {
        out.write(bytes);
      }
      Path folder = Files.createDirectory(dir.resolve("round" + round));
      try {
        CifarArchive.unpack(archive, folder);
      } catch (IllegalArgumentException e) {
        assertThat(e).hasMessageStartingWith(archive + " is ").hasMessageEndingWith("one.");
        refused++;
      }
    }
    assertThat(refused).as("refused of 300").isBetween(50, 250);
  }

  @Test
  void refusesAnArchiveWithoutCifar() throws IOException {
    writeArchive();
    assertRefused(archive + " is empty: it should be an official .tar.gz of CIFAR.");
    writeArchive(new TarArchiveEntry("readme.txt"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> files.open("cifar100", archive))
        .withMessage(
            archive
                + " holds no CIFAR-100: it should have a folder cifar-100-binary or the files train.bin and test.bin; \"wrn data download --data cifar100\" fetches it.");
  }

  private void assertRefused(String message) throws IOException {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> files.open("cifar10", archive))
        .withMessage(message);
    assertThat(names(cache)).as("left in the cache").isEmpty();
  }

  private static List<Path> names(Path folder) throws IOException {
    try (Stream<Path> list = Files.list(folder)) {
      return list.toList();
    }
  }

  private void writeArchive(TarArchiveEntry... entries) throws IOException {
    try (TarArchiveOutputStream tar =
        new TarArchiveOutputStream(
            new GzipCompressorOutputStream(Files.newOutputStream(archive)))) {
      for (TarArchiveEntry entry : entries) {
        tar.putArchiveEntry(entry);
        tar.closeArchiveEntry();
      }
    }
  }
}
