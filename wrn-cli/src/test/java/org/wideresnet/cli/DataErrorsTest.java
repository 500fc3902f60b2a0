package org.wideresnet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.wideresnet.data.generate.GeneratedCifar;

/** Wrong data and options: one sentence, exit code 2, nothing written. */
class DataErrorsTest {
  @TempDir Path temp;
  @TempDir Path output;

  private Path picture() {
    return output.resolve("preview.png");
  }

  /** Gives the data to each command that reads some. */
  private void refused(List<Object> options, String... parts) {
    for (String command : List.of("info", "verify", "preview")) {
      List<Object> words = new ArrayList<>(List.of("data", command));
      words.addAll(options);
      if (command.equals("preview")) {
        words.addAll(List.of("--to", picture()));
      }
      Wrn wrn = Wrn.run(words.toArray());
      if (command.equals("verify") && !wrn.out().isEmpty()) {
        assertThat(wrn.err()).contains(parts).hasLineCount(1);
        assertThat(wrn.out()).contains("broken");
        assertThat(wrn.code()).isEqualTo(2);
      } else {
        wrn.refused(parts);
      }
    }
    assertThat(output).isEmptyDirectory();
  }

  @Test
  void aMissingOrEmptyFolder() throws IOException {
    Path none = temp.resolve("none");
    Path empty = Files.createDirectory(temp.resolve("empty"));
    refused(List.of("--data", none), none.toString(), "neither an existing folder", "cifar10");
    refused(List.of("--data-dir", none), "--data-dir " + none, "does not exist");
    refused(List.of("--data", empty), empty.toString(), "data_batch_1.bin, test_batch.bin");
    refused(List.of("--data-dir", empty), empty.toString(), "data download --data cifar10");
  }

  @Test
  void aFileThatIsCutShort() throws IOException {
    Path file = TestData.small(temp).resolve("data_batch_2.bin");
    Files.write(file, Arrays.copyOf(Files.readAllBytes(file), 5_000));
    refused(List.of("--data", file.getParent()), file.toString(), "5,000 bytes", "cut short");
  }

  @Test
  void aLabelOutOfRange() throws IOException {
    Path file = TestData.small(temp).resolve("test_batch.bin");
    byte[] bytes = Files.readAllBytes(file);
    bytes[2 * 3_073] = 10;
    Files.write(file, bytes);
    refused(
        List.of("--data", file.getParent()), file.toString(), "record 2 has label 10", "0 to 9");
  }

  @Test
  void cifar100OfferedAsCifar10() throws IOException {
    Path hundred = new GeneratedCifar(100, 0, 100, 100).open(temp).testFiles().get(0).getParent();
    refused(List.of("--data-dir", hundred), "holds CIFAR-100, not CIFAR-10", "--data cifar100");
    Path ten = TestData.small(temp);
    Files.copy(
        hundred.resolve("test.bin"),
        Files.createDirectory(temp.resolve("mixed")).resolve("test_batch.bin"));
    for (int i = 1; i <= 5; i++) {
      String name = "data_batch_%d.bin".formatted(i);
      Files.copy(ten.resolve(name), temp.resolve("mixed").resolve(name));
    }
    refused(
        List.of("--data-dir", temp.resolve("mixed")),
        "test_batch.bin holds CIFAR-100 records",
        "--data cifar100");
  }

  @Test
  void anArchiveThatIsDamagedOrLeadsOut() throws IOException {
    String home = System.getProperty("user.home");
    System.setProperty("user.home", temp.resolve("home").toString());
    try {
      Path archive = temp.resolve("cifar.tar.gz");
      Files.writeString(archive, "<html>404</html>");
      refused(List.of("--data", archive), archive.toString(), "is damaged or not a .tar.gz");
      try (TarArchiveOutputStream tar =
          new TarArchiveOutputStream(
              new GzipCompressorOutputStream(Files.newOutputStream(archive)))) {
        tar.putArchiveEntry(new TarArchiveEntry("../../evil.bin"));
        tar.closeArchiveEntry();
      }
      refused(List.of("--data-dir", archive), "leads out of it (../../evil.bin)", "official");
      assertThat(temp.resolve("home/.cache/wrn")).isEmptyDirectory();
    } finally {
      System.setProperty("user.home", home);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "--augment, mixup, 'mixup', 'flip-crop'",
    "--count, 0, '--count is 0', '1 to 1000'",
    "--count, 1001, '--count is 1001', '1 to 1000'",
  })
  void aPreviewThatCannotBe(String option, String value, String what, String remedy) {
    Wrn.run("data", "preview", "--data", TestData.small(temp), "--to", picture(), option, value)
        .refused(what, remedy);
    assertThat(output).isEmptyDirectory();
  }

  @Test
  void aPreviewThatIsNoPng() {
    Path file = output.resolve("preview.jpg");
    Wrn.run("data", "preview", "--data", TestData.small(temp), "--to", file)
        .refused("--to is " + file, ".png");
    assertThat(output).isEmptyDirectory();
  }

  @ParameterizedTest
  @CsvSource({
    "--classes, 11, '10 or 100 classes', 'not 11'",
    "--classes, ten, '--classes', 'ten'",
    "--train-images, 4, '5 to 1,000,000 training', 'not 4'",
    "--test-images, 0, '1 to 1,000,000 test', 'not 10000 and 0'",
  })
  void aDataSetThatCannotBeDrawn(String option, String value, String what, String problem) {
    Wrn.run("data", "generate", "--to", output, option, value).refused(what, problem);
    assertThat(output).isEmptyDirectory();
  }

  @Test
  void aGeneratedDataSetInsideAnother() {
    Path there = TestData.small(temp);
    Wrn.run("data", "generate", "--to", there).refused("--to " + there, "the folder of a data set");
  }

  @Test
  void picturesThatAreNone() throws IOException {
    Path none = temp.resolve("none");
    Path to = output.resolve("own");
    Wrn.run("data", "import", "--from", none, "--to", to).refused(none.toString(), "not a folder");
    Wrn.run("data", "import", "--from", temp, "--to", to).refused("0 sub-folders", "2 to 256");
    Files.createDirectories(temp.resolve("cat"));
    Files.createDirectories(temp.resolve("dog"));
    Wrn.run("data", "import", "--from", temp, "--to", to).refused("cat", "readable PNG or JPEG");
    Wrn.run("data", "import", "--from", temp, "--to", to, "--test-share", 1)
        .refused("1.0", "between 0 and 1");
    Wrn.run("data", "import", "--from", temp, "--to", output)
        .refused(output + " exists already", "new folder");
    assertThat(output).isEmptyDirectory();
  }

  @ParameterizedTest
  @CsvSource({
    "--data, mnist, '--data', 'CIFAR10, CIFAR100'",
    "--from, ftp://example.org/, '--from is ftp://example.org/', 'https://'",
    "--from, nowhere, '--from is nowhere', 'https://'",
    "--from, //host/, '--from is //host/', 'https://'",
  })
  void aDownloadThatCannotBe(String option, String value, String what, String remedy) {
    Wrn.run("data", "download", "--data-dir", output, option, value).refused(what, remedy);
    assertThat(output).isEmptyDirectory();
  }

  @Test
  void aDownloadIntoAFile() throws IOException {
    Path file = Files.writeString(temp.resolve("file"), "");
    Wrn.run("data", "download", "--data-dir", file).refused(file + " is a file", "a folder");
  }

  @Test
  void aDownloadWithoutAConnectionFailsInOneSentence() throws IOException {
    int closed;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      closed = socket.getLocalPort();
    }
    String base = "http://127.0.0.1:" + closed;
    Wrn wrn = Wrn.run("data", "download", "--data-dir", output, "--from", base);
    assertThat(wrn.err())
        .isEqualToIgnoringNewLines(
            base
                + "/cifar-10-binary.tar.gz could not be downloaded "
                + "(ConnectException: Connection refused): the same command tries again.");
    assertThat(wrn.out()).isEmpty();
    assertThat(wrn.code()).isEqualTo(1);
    assertThat(output).isEmptyDirectory();
  }
}
