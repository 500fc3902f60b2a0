package org.wideresnet.data.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wideresnet.data.CifarFiles;
import org.wideresnet.data.TinyCifar;

class ImageStatisticsTest {

  @TempDir Path dir;

  @Test
  void agreesWithTheDefinition() throws IOException {
    CifarDataset dataset = new CifarFiles(Map.of(), dir).open("cifar10", tiny());
    int images = 25; // two and a half files of ten
    ImageStatistics statistics = ImageStatistics.of(dataset, images);
    LabelledImages read = LabelledImages.firstOf(dataset.trainFiles(), dataset.layout(), images);
    assertThat(statistics.images()).isEqualTo(images);
    assertThat(statistics.classCounts()).containsExactly(3, 3, 3, 3, 3, 2, 2, 2, 2, 2);

    float[] pixelMean = statistics.pixelMean();
    float[] pixelStd = statistics.pixelStd();
    double[] channel = new double[3];
    double[] channelSquares = new double[3];
    for (int p = 0; p < RecordLayout.IMAGE_BYTES; p++) {
      double[] values = new double[images];
      for (int i = 0; i < images; i++) {
        values[i] = Byte.toUnsignedInt(read.pixels()[i * RecordLayout.IMAGE_BYTES + p]);
        channel[p % 3] += values[i];
        channelSquares[p % 3] += values[i] * values[i];
      }
      double mean = Arrays.stream(values).average().orElseThrow();
      double variance =
          Arrays.stream(values).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
      assertThat(pixelMean[p]).isCloseTo((float) mean, within(1e-4f));
      assertThat(pixelStd[p]).isCloseTo((float) Math.sqrt(variance), within(1e-3f));
    }
    for (int c = 0; c < 3; c++) {
      double mean = channel[c] / (1024 * images);
      double variance = channelSquares[c] / (1024 * images) - mean * mean;
      assertThat(statistics.channelMean()[c]).isCloseTo((float) mean, within(1e-4f));
      assertThat(statistics.channelStd()[c]).isCloseTo((float) Math.sqrt(variance), within(1e-3f));
    }
  }

  @Test
  void keepsChannelsAndPlacesApart() throws IOException {
    byte[] record = new byte[RecordLayout.CIFAR10.recordBytes()];
    record[1 + 1024 + 5] = (byte) 255; // green, row 0, column 5
    CifarDataset dataset = dataset(record);
    ImageStatistics statistics = ImageStatistics.of(dataset);
    float[] mean = new float[RecordLayout.IMAGE_BYTES];
    mean[5 * 3 + 1] = 255;
    assertThat(statistics.pixelMean()).isEqualTo(mean);
    assertThat(statistics.channelMean()).containsExactly(0, 255f / 1024, 0);
  }

  @Test
  void givesOneForADeviationOfZero() throws IOException {
    byte[] record = new byte[RecordLayout.CIFAR10.recordBytes()];
    Arrays.fill(record, 1, record.length, (byte) 200);
    ImageStatistics statistics = ImageStatistics.of(dataset(record, record, record));
    assertThat(statistics.channelMean()).containsOnly(200);
    assertThat(statistics.channelStd()).containsOnly(1);
    assertThat(statistics.pixelStd()).containsOnly(1);
  }

  @Test
  void needsTrainingImages() throws IOException {
    CifarDataset dataset = dataset(new byte[RecordLayout.CIFAR10.recordBytes()]);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ImageStatistics.of(dataset, 0))
        .withMessage("tiny has no training images to take the mean of.");
  }

  /** The numbers of the paper, and what they are to three digits. */
  @Test
  void givesTheNumbersOfCifar10() throws IOException {
    assumeThat(System.getenv(CifarFiles.VARIABLE))
        .as("WRN_DATA_DIR, the directory of the real CIFAR-10")
        .isNotNull();
    CifarFiles files = CifarFiles.ofThisMachine();
    assumeThat(files.isPresent("cifar10", null)).as("CIFAR-10 in WRN_DATA_DIR").isTrue();
    ImageStatistics statistics = ImageStatistics.of(files.open("cifar10", null));
    assertThat(statistics.images()).isEqualTo(50_000);
    assertThat(statistics.classCounts()).containsOnly(5_000);
    assertThat(statistics.channelMean())
        .containsExactly(new float[] {125.307f, 122.950f, 113.865f}, within(5e-4f));
    assertThat(statistics.channelStd())
        .containsExactly(new float[] {62.993f, 62.089f, 66.705f}, within(5e-4f));
  }

  private Path tiny() throws IOException {
    return TinyCifar.cifar10(dir);
  }

  private CifarDataset dataset(byte[]... records) throws IOException {
    Path file = dir.resolve("records.bin");
    try (var out = Files.newOutputStream(file)) {
      for (byte[] record : records) {
        out.write(record);
      }
    }
    return new CifarDataset("tiny", RecordLayout.CIFAR10, List.of(), List.of(file), List.of(file));
  }
}
