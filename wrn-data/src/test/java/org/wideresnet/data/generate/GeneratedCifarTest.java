package org.wideresnet.data.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wideresnet.data.LinearModel;
import org.wideresnet.data.files.CifarDataset;
import org.wideresnet.data.files.CifarFolder;
import org.wideresnet.data.files.OfficialCifar;
import org.wideresnet.data.files.RecordFile;
import org.wideresnet.data.files.RecordLayout;

class GeneratedCifarTest {

  @TempDir Path dir;

  /** The images may not change unless the version in the folder's name does. */
  @Test
  void drawsTheSameBytesOnEveryMachine() throws IOException {
    CifarDataset dataset = GeneratedCifar.TEN.open(dir);
    assertThat(dataset.trainExamples()).isEqualTo(10_000);
    assertThat(dataset.testExamples()).isEqualTo(2_000);
    assertThat(dataset.testFiles().get(0).getParent())
        .isEqualTo(dir.resolve("generated10-v1-seed0-10000-2000"));
    assertThat(dataset.checksum())
        .isEqualTo("7e215dbe7072619fba834127728173607c2588ccf49cb09084bb2b7bf2001be0");
  }

  @Test
  void drawsAHundredClasses() throws IOException {
    CifarDataset dataset = GeneratedCifar.HUNDRED.open(dir);
    assertThat(dataset.layout()).isEqualTo(RecordLayout.CIFAR100_FINE);
    assertThat(dataset.classNames())
        .hasSize(100)
        .doesNotHaveDuplicates()
        .startsWith("red_disc", "orange_disc")
        .endsWith("pink_checkerboard");
    assertThat(dataset.checksum())
        .isEqualTo("3409046185ba56f5dfb1aca6f1930635d31ef6495e53e2c7e2331cf399d11ce5");
    CifarDataset coarse =
        CifarFolder.official(
            "coarse", OfficialCifar.CIFAR100, true, dataset.testFiles().get(0).getParent(), true);
    assertThat(coarse.classNames()).hasSize(20).startsWith("red_to_green_disc");
    assertThat(new RecordFile(coarse.testFiles().get(0), coarse.layout()).labelCounts())
        .containsOnly(200);
  }

  @Test
  void anImageDependsOnSeedSplitAndIndexOnly() throws IOException {
    byte[] few = trainBytes(new GeneratedCifar(10, 0, 50, 20));
    byte[] many = trainBytes(new GeneratedCifar(10, 0, 100, 20));
    assertThat(Arrays.copyOf(many, few.length)).isEqualTo(few);
    byte[] other = trainBytes(new GeneratedCifar(10, 1, 50, 20));
    byte[] test =
        Files.readAllBytes(new GeneratedCifar(10, 0, 50, 20).open(dir).testFiles().get(0));
    int record = RecordLayout.CIFAR10.recordBytes();
    assertThat(Arrays.copyOf(few, record)).isNotEqualTo(Arrays.copyOf(other, record));
    assertThat(Arrays.copyOf(few, record)).isNotEqualTo(Arrays.copyOf(test, record));
  }

  @Test
  void everyFileIsBalanced() throws IOException {
    CifarDataset dataset = new GeneratedCifar(10, 3, 500, 100).open(dir);
    assertThat(dataset.trainFiles()).hasSize(5);
    for (Path file : dataset.trainFiles()) {
      assertThat(new RecordFile(file, dataset.layout()).labelCounts()).containsOnly(10);
    }
  }

  @Test
  void leavesNothingElseBehind() throws IOException {
    GeneratedCifar small = new GeneratedCifar(10, 0, 10, 10);
    CifarDataset dataset = small.open(dir);
    try (Stream<Path> list = Files.list(dir)) {
      assertThat(list).containsExactly(dir.resolve(small.folderName()));
    }
    Path folder = dir.resolve(small.folderName());
    assertThat(small.open(folder)).as("given as the folder itself").isEqualTo(dataset);
  }

  @Test
  void aLinearModelStaysUnderSixtyPercent() throws IOException {
    double accuracy = LinearModel.testAccuracy(GeneratedCifar.TEN.open(dir), 4);
    assertThat(accuracy).isBetween(0.15, 0.60);
  }

  @Test
  @Tag("slow")
  void aLinearModelStaysUnderSixtyPercentOnAHundredClasses() throws IOException {
    double accuracy = LinearModel.testAccuracy(GeneratedCifar.HUNDRED.open(dir), 10);
    assertThat(accuracy).isBetween(0.15, 0.60);
  }

  @Test
  void saysWhereItCannotWrite() throws IOException {
    Path file = Files.writeString(dir.resolve("file"), "in the way");
    GeneratedCifar small = new GeneratedCifar(10, 0, 10, 10);
    assertThatIOException()
        .isThrownBy(() -> small.open(file))
        .withMessage(
            file.resolve(small.folderName())
                + " could not be made (FileAlreadyExistsException: "
                + file
                + ").");
  }

  @Test
  void refusesOtherNumbers() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new GeneratedCifar(20, 0, 100, 100))
        .withMessage("A generated data set has 10 or 100 classes, not 20.");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new GeneratedCifar(10, 0, 4, 0))
        .withMessage(
            "A generated data set has 5 to 1,000,000 training and 1 to 1,000,000 test images, not 4 and 0.");
  }

  private byte[] trainBytes(GeneratedCifar generated) throws IOException {
    CifarDataset dataset = generated.open(dir);
    return Files.readAllBytes(dataset.trainFiles().get(0));
  }
}
