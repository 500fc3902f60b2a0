package org.wideresnet.data;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wideresnet.data.files.CifarDataset;
import org.wideresnet.data.files.RecordLayout;
import org.wideresnet.data.generate.GeneratedCifar;

/** Every way in which data can be wrong, and the sentence that says so. */
class CifarFilesErrorsTest {

  private static final String ALL_TEN =
      "data_batch_1.bin, data_batch_2.bin, data_batch_3.bin, data_batch_4.bin, data_batch_5.bin and test_batch.bin";

  @TempDir Path dir;
  private Path cache;
  private CifarFiles files;

  @BeforeEach
  void look() {
    cache = dir.resolve("cache");
    files = new CifarFiles(Map.of(), cache);
  }

  private void assertRefused(String data, Path dataDir, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> files.open(data, dataDir))
        .withMessage(message);
  }

  @Test
  void noDataAnywhere() {
    assertRefused(
        "cifar10",
        null,
        "There is no CIFAR-10 in "
            + cache
            + ": \"wrn data download --data cifar10\" fetches it, or --data-dir says where it is.");
    files = new CifarFiles(Map.of("WRN_DATA_DIR", "/nowhere"), cache);
    assertRefused(
        "cifar100",
        null,
        "There is no CIFAR-100 in /nowhere ($WRN_DATA_DIR) and in "
            + cache
            + ": \"wrn data download --data cifar100\" fetches it, or --data-dir says where it is.");
  }

  @Test
  void missingFolder() {
    Path missing = dir.resolve("missing");
    assertRefused(
        "cifar10",
        missing,
        "--data-dir "
            + missing
            + " does not exist: it should be a folder with CIFAR-10 in it, or its .tar.gz.");
    assertRefused(
        "cifr10",
        null,
        "--data cifr10 is neither an existing folder or .tar.gz nor one of cifar10, cifar100, cifar100-coarse, generated, generated100.");
    assertRefused(
        "cifr10",
        dir,
        "--data-dir goes with a named data set, and --data cifr10 is none of cifar10, cifar100, cifar100-coarse, generated, generated100.");
  }

  @Test
  void emptyFolder() {
    assertRefused(
        "cifar10",
        dir,
        dir
            + " holds no CIFAR-10: it should have a folder cifar-10-batches-bin or the files "
            + ALL_TEN
            + "; \"wrn data download --data cifar10\" fetches it.");
    assertRefused(
        dir.toString(),
        null,
        dir
            + " has no data_batch_1.bin: a folder given as --data needs data_batch_1.bin, test_batch.bin and batches.meta.txt, as CIFAR-10 has them.");
  }

  @Test
  void missingFile() throws IOException {
    Path folder = TinyCifar.cifar10(dir);
    Files.delete(folder.resolve("data_batch_3.bin"));
    assertRefused(
        "cifar10", dir, folder + " has no data_batch_3.bin: CIFAR-10 needs " + ALL_TEN + ".");
    Files.delete(folder.resolve("test_batch.bin"));
    assertRefused(
        folder.toString(),
        null,
        folder
            + " has no test_batch.bin: a folder given as --data needs data_batch_1.bin, test_batch.bin and batches.meta.txt, as CIFAR-10 has them.");
    Path hundred = TinyCifar.cifar100(dir);
    Files.delete(hundred.resolve("train.bin"));
    assertRefused(
        "cifar100", dir, hundred + " has no train.bin: CIFAR-100 needs train.bin and test.bin.");
  }

  @Test
  void truncatedFile() throws IOException {
    Path file = TinyCifar.cifar10(dir).resolve("data_batch_2.bin");
    Files.write(file, Arrays.copyOf(Files.readAllBytes(file), 30_000));
    assertRefused(
        "cifar10",
        dir,
        file
            + " has 30,000 bytes, which is not a whole number of records of 3,073 bytes: it is cut short or damaged.");
  }

  @Test
  void emptyFile() throws IOException {
    Path file = TinyCifar.cifar10(dir).resolve("test_batch.bin");
    Files.write(file, new byte[0]);
    assertRefused("cifar10", dir, file + " is empty: it should hold records of 3,073 bytes.");
  }

  @Test
  void labelOutOfRange() throws IOException {
    Path file = TinyCifar.cifar10(dir).resolve("data_batch_5.bin");
    byte[] bytes = Files.readAllBytes(file);
    bytes[7 * 3073] = (byte) 200;
    Files.write(file, bytes);
    assertRefused(
        "cifar10",
        dir,
        file
            + " is damaged or of another data set: record 7 has label 200, and labels go from 0 to 9.");
  }

  @Test
  void cifar100OfferedAsCifar10() throws IOException {
    Path file = TinyCifar.cifar10(dir).resolve("data_batch_1.bin");
    Files.write(file, Records.random(RecordLayout.CIFAR100_FINE, 0, 10));
    assertRefused(
        "cifar10",
        dir,
        file
            + " holds CIFAR-100 records (3,074 bytes each), not records of 3,073 bytes: use --data cifar100.");

    Path other = Files.createDirectory(dir.resolve("other"));
    Path hundred = TinyCifar.cifar100(other);
    assertRefused("cifar10", other, other + " holds CIFAR-100, not CIFAR-10: use --data cifar100.");
    assertRefused(
        "cifar10", hundred, hundred + " holds CIFAR-100, not CIFAR-10: use --data cifar100.");
    assertRefused(
        hundred.toString(),
        null,
        hundred + " is in the CIFAR-100 layout: use --data cifar100 --data-dir " + hundred + ".");
  }

  @Test
  void cifar10OfferedAsCifar100() throws IOException {
    Path file = TinyCifar.cifar100(dir).resolve("train.bin");
    Files.write(file, Records.random(RecordLayout.CIFAR10, 0, 10));
    assertRefused(
        "cifar100-coarse",
        dir,
        file
            + " holds CIFAR-10 records (3,073 bytes each), not records of 3,074 bytes: use --data cifar10.");
  }

  @Test
  void wrongClassNames() throws IOException {
    Path folder = TinyCifar.cifar10(dir);
    Path names = folder.resolve("batches.meta.txt");
    Files.writeString(names, "cat\ndog\n");
    assertRefused("cifar10", dir, names + " holds 2 class names: CIFAR-10 has 10 classes.");
    Files.writeString(names, "\n\n");
    assertRefused(
        "cifar10", dir, names + " is empty: it should hold the name of a class on each line.");
    Files.write(names, new byte[] {(byte) 0xFF, (byte) 0xFE});
    assertRefused(
        "cifar10",
        dir,
        names + " is not UTF-8 text: it should hold the name of a class on each line.");
    Files.writeString(names, "cat\n");
    assertRefused(folder.toString(), null, names + " names 1 classes: there must be 2 to 256.");
  }

  @Test
  void damagedGeneratedData() throws IOException {
    CifarDataset dataset = new GeneratedCifar(10, 0, 50, 10).open(dir);
    Path file = dataset.testFiles().get(0);
    Files.write(file, new byte[100]);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new GeneratedCifar(10, 0, 50, 10).open(dir))
        .withMessage(
            file
                + " has 100 bytes, which is not a whole number of records of 3,073 bytes: it is cut short or damaged.");
  }

  @Test
  void otherDataOfferedAsGenerated() throws IOException {
    Path folder = TinyCifar.cifar10(dir);
    assertRefused(
        "generated",
        folder,
        folder
            + " holds another data set than the generated one: leave --data generated away, or name another --data-dir.");
  }
}
