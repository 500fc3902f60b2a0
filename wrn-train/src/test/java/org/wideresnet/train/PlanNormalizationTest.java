package org.wideresnet.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wideresnet.data.CifarFiles;
import org.wideresnet.data.files.CifarDataset;
import org.wideresnet.model.Normalization;

class PlanNormalizationTest {
  @TempDir Path temp;

  /** The paper's numbers are those of CIFAR-10, not of whatever is called so. */
  @Test
  void aFolderCalledCifar10HasTheNumbersOfItsOwnImages() throws IOException {
    Path folder = Files.createDirectory(temp.resolve("cifar10"));
    CifarDataset bright = BrightImages.write(folder, 30, 20, 10);
    Files.move(bright.trainFiles().get(0), folder.resolve("data_batch_1.bin"));
    Files.move(bright.testFiles().get(0), folder.resolve("test_batch.bin"));
    CifarFiles files = new CifarFiles(Map.of(), temp.resolve("cache"));
    CifarDataset own = files.open(folder.toString(), null);
    assertThat(own.name()).isEqualTo("cifar10");
    Normalization numbers =
        TrainingPlan.normalization(Normalization.Kind.CHANNEL, own, own.trainExamples());
    assertThat(numbers).isNotEqualTo(Normalization.PAPER_CIFAR10);
    assertThat(numbers.std().get(0)).isBetween(55f, 62f);
  }
}
