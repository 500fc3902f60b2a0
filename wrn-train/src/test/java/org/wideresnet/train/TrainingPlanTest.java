package org.wideresnet.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wideresnet.data.CifarFiles;
import org.wideresnet.data.files.CifarDataset;
import org.wideresnet.data.files.ImageStatistics;
import org.wideresnet.data.generate.GeneratedCifar;
import org.wideresnet.model.Normalization;

class TrainingPlanTest {
  @TempDir Path temp;

  @Test
  void otherPicturesInAFolderCalledCifar10AreNormalisedByTheirOwnNumbers() throws IOException {
    Path drawn = new GeneratedCifar(10, 0, 20, 10).open(temp).testFiles().get(0).getParent();
    Path folder = Files.move(drawn, temp.resolve("cifar10"));
    CifarDataset own = new CifarFiles(Map.of(), temp).open(folder.toString(), null);
    ImageStatistics numbers = ImageStatistics.of(own, 20);

    assertThat(own.name()).isEqualTo("cifar10");
    assertThat(TrainingPlan.normalization(Normalization.Kind.CHANNEL, own, 20))
        .isEqualTo(
            Normalization.of(
                Normalization.Kind.CHANNEL, numbers.channelMean(), numbers.channelStd()));
  }

  @Test
  void theChannelsOfCifar10HaveThePapersNumbers() throws IOException {
    assumeThat(System.getenv(CifarFiles.VARIABLE)).isNotNull();
    CifarDataset official = CifarFiles.ofThisMachine().open("cifar10", null);

    assertThat(TrainingPlan.normalization(Normalization.Kind.CHANNEL, official, 50_000))
        .isEqualTo(Normalization.PAPER_CIFAR10);
  }
}
