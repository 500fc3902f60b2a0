package org.wideresnet.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.google.common.collect.Iterables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wideresnet.data.files.CifarDataset;
import org.wideresnet.data.files.ImageStatistics;
import org.wideresnet.data.files.OfficialCifar;
import org.wideresnet.data.files.RecordFile;
import org.wideresnet.data.files.RecordLayout;
import org.wideresnet.data.generate.GeneratedCifar;

class CifarFilesTest {

  @TempDir Path dir;

  @Test
  void aFileIsReadOnce() throws IOException {
    Path folder = TinyCifar.cifar10(dir);
    String checksum = files(Map.of()).open("cifar10", dir).checksum();
    CifarDataset dataset = files(Map.of()).open("cifar10", dir);
    for (Path file : Iterables.concat(dataset.trainFiles(), dataset.testFiles())) {
      Files.delete(file);
    }
    assertThat(folder).isEmptyDirectory();
    assertThat(dataset.trainExamples()).isEqualTo(50);
    assertThat(dataset.testExamples()).isEqualTo(10);
    assertThat(dataset.trainClassCounts()).hasSize(10).containsOnly(5);
    assertThat(dataset.checksum()).isEqualTo(checksum);
    assertThat(ImageStatistics.of(dataset).channelMean()).hasSize(3);
  }

  @Test
  void aDataSetIsKnownByItsKind() throws IOException {
    Path tiny = TinyCifar.cifar10(dir);
    CifarFiles files = files(Map.of());
    CifarDataset official = files.open("cifar10", dir);
    assertThat(official.is(OfficialCifar.CIFAR10)).isTrue();
    assertThat(official.is(OfficialCifar.CIFAR100)).isFalse();
    CifarDataset own = files.open(Files.move(tiny, dir.resolve("cifar10")).toString(), null);
    assertThat(own.name()).isEqualTo("cifar10");
    assertThat(own.is(OfficialCifar.CIFAR10)).isFalse();
    assertThat(own.openedAs()).isEmpty();
    CifarDataset drawn = new GeneratedCifar(10, 1, 10, 10).open(dir.resolve("drawn"));
    assertThat(drawn.openedAs()).isEmpty();
    CifarDataset disguised = files.open("cifar10", drawn.testFiles().get(0).getParent());
    assertThat(disguised.openedAs()).contains(OfficialCifar.CIFAR10);
    assertThat(disguised.is(OfficialCifar.CIFAR10)).isFalse();
  }

  private CifarFiles files(Map<String, String> environment) {
    return new CifarFiles(environment, dir.resolve("cache"));
  }

  @Test
  void findsTheFolderItselfAndItsParent() throws IOException {
    Path folder = TinyCifar.cifar10(dir);
    CifarDataset byFolder = files(Map.of()).open("cifar10", folder);
    CifarDataset byParent = files(Map.of()).open("cifar10", dir);
    assertThat(byFolder).isEqualTo(byParent);
    assertThat(byFolder.name()).isEqualTo("cifar10");
    assertThat(byFolder.layout()).isEqualTo(RecordLayout.CIFAR10);
    assertThat(byFolder.trainFiles())
        .extracting(file -> file.getFileName().toString())
        .containsExactly(
            "data_batch_1.bin",
            "data_batch_2.bin",
            "data_batch_3.bin",
            "data_batch_4.bin",
            "data_batch_5.bin");
    assertThat(byFolder.testFiles()).containsExactly(folder.resolve("test_batch.bin"));
    assertThat(byFolder.trainExamples()).isEqualTo(50);
    assertThat(byFolder.testExamples()).isEqualTo(10);
  }

  @Test
  void looksInTheEnvironmentThenInTheCache() throws IOException {
    Path cache = dir.resolve("cache");
    Path shelf = Files.createDirectories(dir.resolve("shelf"));
    CifarFiles files = files(Map.of("WRN_DATA_DIR", shelf.toString()));
    assertThat(files.isPresent("cifar10", null)).isFalse();
    assertThat(files.directory(null)).isEqualTo(shelf);
    assertThat(files(Map.of()).directory(null)).isEqualTo(cache);

    Path cached = TinyCifar.cifar10(cache);
    assertThat(files.open("cifar10", null).testFiles().get(0)).startsWith(cached);
    Path shelved = TinyCifar.cifar10(shelf);
    assertThat(files.open("cifar10", null).testFiles().get(0)).startsWith(shelved);
    assertThat(files.isPresent("cifar10", null)).isTrue();
    assertThat(files.isPresent("cifar100", null)).isFalse();
  }

  @Test
  void namesTheClassesOfficiallyWhereNoFileDoes() throws IOException {
    TinyCifar.cifar10(dir);
    Path folder = TinyCifar.cifar100(dir);
    CifarFiles files = files(Map.of());
    assertThat(files.open("cifar10", dir).classNames())
        .containsExactly(
            "airplane",
            "automobile",
            "bird",
            "cat",
            "deer",
            "dog",
            "frog",
            "horse",
            "ship",
            "truck");
    assertThat(files.open("cifar100", dir).classNames())
        .hasSize(100)
        .isSorted()
        .doesNotHaveDuplicates()
        .contains("sweet_pepper", "worm");
    assertThat(files.open("cifar100-coarse", dir).classNames())
        .hasSize(20)
        .isSorted()
        .doesNotHaveDuplicates()
        .contains("aquatic_mammals", "vehicles_2");

    List<String> own = IntStream.range(0, 20).mapToObj(i -> "own" + i).toList();
    Files.write(folder.resolve("coarse_label_names.txt"), own);
    assertThat(files.open("cifar100-coarse", dir).classNames()).isEqualTo(own);
  }

  @Test
  void readsEitherLabelOfCifar100() throws IOException {
    TinyCifar.cifar100(dir);
    assertThat(files(Map.of()).open("cifar100", dir).layout())
        .isEqualTo(RecordLayout.CIFAR100_FINE);
    assertThat(files(Map.of()).open("cifar100-coarse", dir).layout())
        .isEqualTo(RecordLayout.CIFAR100_COARSE);
  }

  @Test
  void opensTheTestSetWithoutTheTrainingSet() throws IOException {
    Path folder = TinyCifar.cifar100(dir);
    Files.delete(folder.resolve("train.bin"));
    CifarDataset dataset = files(Map.of()).openTest("cifar100", dir);
    assertThat(dataset.trainFiles()).isEmpty();
    assertThat(dataset.trainExamples()).isZero();
    assertThat(dataset.testExamples()).isEqualTo(20);
  }

  @Test
  void opensTheTestSetWithoutAPartOfTheTrainingSet() throws IOException {
    Files.delete(TinyCifar.cifar10(dir).resolve("data_batch_2.bin"));
    CifarDataset dataset = files(Map.of()).openTest("cifar10", dir);
    assertThat(dataset.trainFiles()).isEmpty();
    assertThat(dataset.testExamples()).isEqualTo(10);
  }

  @Test
  void countsTheImagesOfEachClass() throws IOException {
    CifarDataset dataset = files(Map.of()).open("cifar10", TinyCifar.cifar10(dir));
    assertThat(dataset.trainClassCounts()).hasSize(10).containsOnly(5);
    assertThat(dataset.testClassCounts()).hasSize(10).containsOnly(1);
  }

  @Test
  void opensAnyFolderInTheLayoutOfCifar10() throws IOException {
    Path folder = Files.createDirectory(dir.resolve("my-photos"));
    RecordLayout layout = new RecordLayout(1, 0, 12);
    for (int i : new int[] {1, 2, 10}) {
      Files.write(folder.resolve("data_batch_" + i + ".bin"), Records.random(layout, 0, 12));
    }
    Files.write(folder.resolve("test_batch.bin"), Records.random(layout, 0, 12));
    Files.writeString(folder.resolve("batches.meta.txt"), "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\nk\nl\n\n");
    CifarDataset dataset = files(Map.of()).open(folder.toString(), null);
    assertThat(dataset.name()).isEqualTo("my-photos");
    assertThat(dataset.layout()).isEqualTo(layout);
    assertThat(dataset.classNames()).hasSize(12).endsWith("l");
    assertThat(dataset.trainFiles())
        .extracting(file -> file.getFileName().toString())
        .containsExactly("data_batch_1.bin", "data_batch_2.bin", "data_batch_10.bin");
  }

  @Test
  void drawsGeneratedDataOnce() throws IOException {
    CifarFiles files = files(Map.of("WRN_DATA_DIR", "/nowhere"));
    assertThat(files.isPresent("generated", null)).isTrue();
    CifarDataset dataset = files.open("generated", null);
    assertThat(dataset.name()).isEqualTo("generated");
    assertThat(dataset.trainFiles().get(0)).startsWith(dir.resolve("cache"));
    var drawn = Files.getLastModifiedTime(dataset.trainFiles().get(0));
    assertThat(files.open("generated", null)).isEqualTo(dataset);
    assertThat(Files.getLastModifiedTime(dataset.trainFiles().get(0))).isEqualTo(drawn);
  }

  @Test
  void readsTheRealCifar10() throws IOException {
    String real = System.getenv(CifarFiles.VARIABLE);
    assumeThat(real).as("WRN_DATA_DIR, the directory of the real CIFAR-10").isNotNull();
    CifarFiles files = CifarFiles.ofThisMachine();
    assumeThat(files.isPresent("cifar10", null)).as("CIFAR-10 in WRN_DATA_DIR").isTrue();
    CifarDataset dataset = files.open("cifar10", null);
    assertThat(dataset.trainExamples()).isEqualTo(50_000);
    assertThat(dataset.testExamples()).isEqualTo(10_000);
    for (Path file : dataset.trainFiles()) {
      assertThat(new RecordFile(file, dataset.layout()).records()).isEqualTo(10_000);
    }
    assertThat(new RecordFile(dataset.testFiles().get(0), dataset.layout()).labelCounts())
        .containsOnly(1_000);
  }
}
