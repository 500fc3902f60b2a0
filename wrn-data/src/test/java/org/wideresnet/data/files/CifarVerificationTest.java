package org.wideresnet.data.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wideresnet.data.CifarFiles;
import org.wideresnet.data.TinyCifar;
import org.wideresnet.data.files.CifarVerification.FileReport;
import org.wideresnet.data.files.CifarVerification.Verdict;

class CifarVerificationTest {

  @TempDir Path dir;

  private List<FileReport> verify(String data, Path dataDir) throws IOException {
    CifarFiles files = new CifarFiles(Map.of(), dir.resolve("cache"));
    return CifarVerification.verify(files.openUnchecked(data, dataDir));
  }

  @Test
  void callsOtherBytesInTheOfficialPlaceAltered() throws IOException {
    Path folder = TinyCifar.cifar10(dir);
    List<FileReport> reports = verify("cifar10", dir);
    assertThat(reports).hasSize(6);
    assertThat(reports).extracting(FileReport::verdict).containsOnly(Verdict.ALTERED);
    assertThat(reports).extracting(FileReport::problem).containsOnly("");
    assertThat(reports.get(5).file()).isEqualTo(folder.resolve("test_batch.bin"));
    assertThat(reports.get(5).records()).isEqualTo(10);
    assertThat(reports.get(5).classCounts()).hasSize(10).containsOnly(1);
  }

  @Test
  void callsOtherDataUnknown() throws IOException {
    Path folder = TinyCifar.cifar10(dir);
    Path own = Files.move(folder, dir.resolve("own"));
    assertThat(verify(own.toString(), null))
        .extracting(FileReport::verdict)
        .containsOnly(Verdict.UNKNOWN);
  }

  @Test
  void reportsEveryFileThatIsNotInOrder() throws IOException {
    Path folder = TinyCifar.cifar100(dir);
    Files.write(folder.resolve("train.bin"), new byte[10]);
    Files.write(folder.resolve("test.bin"), "abc".getBytes());
    List<FileReport> reports = verify("cifar100", dir);
    assertThat(reports)
        .extracting(FileReport::problem)
        .containsExactly(
            folder.resolve("train.bin")
                + " has 10 bytes, which is not a whole number of records of 3,074 bytes: it is cut short or damaged.",
            folder.resolve("test.bin")
                + " has 3 bytes, which is not a whole number of records of 3,074 bytes: it is cut short or damaged.");
    assertThat(reports).extracting(FileReport::records).containsOnly(0);
    assertThat(reports.get(1).md5()).isEqualTo("900150983cd24fb0d6963f7d28e17f72");
  }

  @Test
  void reportsAFileThatIsMissingBesideOthers() throws IOException {
    Path folder = TinyCifar.cifar10(dir);
    Path third = folder.resolve("data_batch_3.bin");
    Files.delete(third);
    List<FileReport> reports = verify("cifar10", dir);
    assertThat(reports)
        .extracting(FileReport::problem)
        .containsExactly("", "", third + " is missing.", "", "", "");
    assertThat(reports.get(2).md5()).isEmpty();
    assertThat(reports.get(2).verdict()).isEqualTo(Verdict.UNKNOWN);
  }

  @Test
  void leavesTheTrainingSetOutWhereItIsMissingAltogether() throws IOException {
    Files.delete(TinyCifar.cifar100(dir).resolve("train.bin"));
    assertThat(verify("cifar100", dir)).hasSize(1);
  }

  @Test
  void knowsTheOfficialFiles() throws IOException {
    String real = System.getenv(CifarFiles.VARIABLE);
    assumeThat(real).as("WRN_DATA_DIR, the directory of the real CIFAR-10").isNotNull();
    assumeThat(CifarFiles.ofThisMachine().isPresent("cifar10", null))
        .as("CIFAR-10 in WRN_DATA_DIR")
        .isTrue();
    List<FileReport> reports = verify("cifar10", Path.of(real));
    assertThat(reports.subList(0, 5))
        .extracting(FileReport::verdict)
        .containsOnly(Verdict.OFFICIAL);
    assertThat(reports).extracting(FileReport::records).containsOnly(10_000);
  }
}
