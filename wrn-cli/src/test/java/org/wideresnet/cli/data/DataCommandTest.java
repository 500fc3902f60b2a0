package org.wideresnet.cli.data;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wideresnet.cli.TestData;
import org.wideresnet.cli.Wrn;
import org.wideresnet.cli.terminal.Failures;

class DataCommandTest {
  private static final int RECORD = 3_073;

  @TempDir Path temp;
  private Path data;

  @BeforeEach
  void drawData() {
    data = TestData.small(temp);
  }

  private static JsonNode json(Wrn wrn) throws IOException {
    assertThat(wrn.out()).hasLineCount(1);
    return JsonMapper.builder().build().readTree(wrn.out());
  }

  private Path batch(int number) {
    return data.resolve("data_batch_" + number + ".bin");
  }

  private static void keepRecords(Path file, int count) throws IOException {
    Files.write(file, Arrays.copyOf(Files.readAllBytes(file), count * RECORD));
  }

  @Test
  void infoShowsCountsClassesAndStatistics() throws IOException {
    Wrn wrn = Wrn.run("data", "info", "--data", data).succeeded();
    assertThat(wrn.out())
        .containsPattern("in data_batch_1.bin to\\s+data_batch_5.bin")
        .contains("300 images, 30 of each class", "100 images, 10 of each class")
        .contains("in test_batch.bin", "10: disc, ring, square")
        .containsPattern("mean +\\d+\\.\\d{3} \\d+\\.\\d{3} \\d+\\.\\d{3}")
        .doesNotContain("test  class");
    JsonNode info = json(Wrn.run("data", "info", "--data", data, "--json").succeeded());
    assertThat(info.get("train_images").asInt()).isEqualTo(300);
    assertThat(info.get("test_images").asInt()).isEqualTo(100);
    assertThat(info.get("class_names").get(9).asText()).isEqualTo("checkerboard");
    assertThat(info.get("train_class_counts")).hasSize(10).allMatch(n -> n.asInt() == 30);
    assertThat(info.get("channel_mean")).hasSize(3).allMatch(n -> n.asDouble() > 64);
    assertThat(info.get("channel_std")).hasSize(3).allMatch(n -> n.asDouble() > 20);
  }

  @Test
  void infoListsTheClassesWhereTheyDiffer() throws IOException {
    keepRecords(batch(5), 1);
    Wrn wrn = Wrn.run("data", "info", "--data", data).succeeded();
    assertThat(wrn.out())
        .contains("241 images, 24 to 25 of each class")
        .contains("test  class")
        .containsPattern("\n +25 +10  disc\n +24 +10  ring\n");
  }

  @Test
  void infoDoesWithoutATrainingSet() throws IOException {
    Files.delete(batch(3));
    Wrn wrn = Wrn.run("data", "info", "--data", "cifar10", "--data-dir", data, "--json");
    assertThat(wrn.succeeded().err()).contains("not all of its files", "data verify");
    JsonNode info = json(wrn);
    assertThat(info.get("train_images").asInt()).isZero();
    assertThat(info.get("test_images").asInt()).isEqualTo(100);
    assertThat(info.get("channel_mean").isNull()).isTrue();
  }

  @Test
  void verifySaysOfEachFileWhatItIs() throws IOException {
    Wrn wrn = Wrn.run("data", "verify", "--data", data).succeeded();
    assertThat(wrn.out())
        .containsPattern("data_batch_5.bin +60 +6  unknown")
        .containsPattern("test_batch.bin +100 +10  unknown")
        .contains("unknown: in order; there is no published file")
        .doesNotContain("altered", "official:");
    Wrn as10 = Wrn.run("data", "verify", "--data", "cifar10", "--data-dir", data, "--json");
    assertThat(as10.err()).contains("altered: in order, but not byte for byte");
    assertThat(as10.code()).isEqualTo(Failures.WRONG_INPUT);
    JsonNode file = json(as10).get("files").get(5);
    assertThat(file.get("file").asText()).isEqualTo("test_batch.bin");
    assertThat(file.get("images").asInt()).isEqualTo(100);
    assertThat(file.get("class_counts")).hasSize(10);
    assertThat(file.get("md5").asText()).hasSize(32);
    assertThat(file.get("verdict").asText()).isEqualTo("altered");
    assertThat(file.get("problem").isNull()).isTrue();
  }

  @Test
  void verifyNamesWhatIsBrokenOrMissing() throws IOException {
    Files.write(batch(2), new byte[100]);
    Files.delete(batch(4));
    Wrn wrn = Wrn.run("data", "verify", "--data", "cifar10", "--data-dir", data, "--json");
    assertThat(wrn.code()).isEqualTo(2);
    assertThat(wrn.err())
        .containsPattern("data_batch_2.bin +- +-  broken")
        .containsPattern("data_batch_4.bin +- +-  missing")
        .containsOnlyOnce(batch(2) + " has 100 bytes, which is not a whole number of records")
        .containsOnlyOnce(batch(4) + " is missing.");
    assertThat(json(wrn).get("files"))
        .extracting(file -> file.get("verdict").asText())
        .containsExactly("altered", "broken", "altered", "missing", "altered", "altered");
  }

  @Test
  void verifyNamesClassesWithoutAnImage() throws IOException {
    keepRecords(data.resolve("test_batch.bin"), 7);
    for (int i = 1; i <= 5; i++) {
      keepRecords(batch(i), 9);
    }
    Wrn wrn = Wrn.run("data", "verify", "--data", data).succeeded();
    assertThat(wrn.err().lines())
        .containsExactly(
            "The training set has no image of checkerboard.",
            "The test set has no image of vertical_stripes and of 2 more classes.");
    assertThat(wrn.out()).containsPattern("test_batch.bin +7 +0 to 1  unknown");
  }

  @Test
  void verifyDoesWithoutATrainingSet() throws IOException {
    for (int i = 1; i <= 5; i++) {
      Files.delete(batch(i));
    }
    Wrn wrn = Wrn.run("data", "verify", "--data", data).succeeded();
    assertThat(wrn.out()).contains("no training files").doesNotContain("data_batch");
  }

  private BufferedImage preview(String name, Object... more) throws IOException {
    Path file = temp.resolve(name);
    Object[] words = {"data", "preview", "--data", data, "--to", file, "--count", 13};
    Object[] all = Arrays.copyOf(words, words.length + more.length);
    System.arraycopy(more, 0, all, words.length, more.length);
    assertThat(Wrn.run(all).succeeded().out()).contains("first 13 training images", name);
    return ImageIO.read(file.toFile());
  }

  @Test
  void previewDrawsTheFirstImages() throws IOException {
    BufferedImage grid = preview("plain.png");
    assertThat(grid.getWidth()).isEqualTo(10 + 10 * 138);
    assertThat(grid.getHeight()).isEqualTo(10 + 2 * 156);
    // The first pixel of the first record, after its label.
    byte[] record = Files.readAllBytes(batch(1));
    assertThat(grid.getRGB(10, 10) >> 16 & 0xFF).isEqualTo(record[1] & 0xFF);
    assertThat(grid.getRGB(10, 10) & 0xFF).isEqualTo(record[1 + 2 * 1_024] & 0xFF);
  }

  @Test
  void previewDrawsWhatAnAugmentationMakesBelow() throws IOException {
    BufferedImage grid = preview("crop.png", "--augment", "flip-crop");
    assertThat(grid.getHeight()).isEqualTo(10 + 4 * 156);
    preview("again.png", "--augment", "flip-crop");
    preview("other.png", "--augment", "flip-crop", "--seed", 2);
    preview("cutout.png", "--augment", "none+cutout");
    Path crop = temp.resolve("crop.png");
    assertThat(temp.resolve("again.png")).hasSameBinaryContentAs(crop);
    byte[] first = Files.readAllBytes(crop);
    assertThat(temp.resolve("other.png")).isNotEmptyFile();
    assertThat(Files.readAllBytes(temp.resolve("other.png"))).isNotEqualTo(first);
    assertThat(Files.readAllBytes(temp.resolve("cutout.png"))).isNotEqualTo(first);
  }

  @Test
  void previewShowsTheTestSetWhereThereIsNoOther() throws IOException {
    for (int i = 1; i <= 5; i++) {
      Files.delete(batch(i));
    }
    Path file = temp.resolve("test.png");
    Wrn wrn = Wrn.run("data", "preview", "--data", data, "--to", file, "--json").succeeded();
    assertThat(wrn.err()).contains("first 20 test images");
    assertThat(json(wrn).get("images").asInt()).isEqualTo(20);
    assertThat(file).isNotEmptyFile();
  }

  @Test
  void generateSaysHowToUseWhatItDrew() {
    for (int classes : List.of(10, 100)) {
      Path to = temp.resolve("made" + classes);
      Wrn wrn =
          Wrn.run(
                  "data",
                  "generate",
                  "--classes",
                  classes,
                  "--train-images",
                  200,
                  "--test-images",
                  100,
                  "--seed",
                  3,
                  "--to",
                  to)
              .succeeded();
      assertThat(wrn.out())
          .startsWith(
              "200 training and 100 test images of %d classes are in %s".formatted(classes, to));
      String train = wrn.out().lines().skip(3).findFirst().orElseThrow();
      String[] words = train.strip().replaceFirst("^wrn train", "data info").split(" ");
      assertThat(Wrn.run((Object[]) words).succeeded().out())
          .contains("200 images, %d of each class".formatted(200 / classes));
    }
  }

  @Test
  void importMakesADataSetOfPictures() throws IOException {
    Path pictures = temp.resolve("pictures");
    for (String name : List.of("cat", "dog")) {
      Path folder = Files.createDirectories(pictures.resolve(name));
      for (int i = 0; i < 5; i++) {
        BufferedImage picture = new BufferedImage(40, 50, BufferedImage.TYPE_INT_RGB);
        ImageIO.write(picture, "png", folder.resolve(i + ".png").toFile());
      }
    }
    Path broken = Files.writeString(pictures.resolve("cat/broken.jpg"), "no picture");
    Path to = temp.resolve("own");
    Wrn wrn = Wrn.run("data", "import", "--from", pictures, "--to", to, "--json").succeeded();
    assertThat(wrn.err())
        .contains("Left out: " + broken + " is not a PNG or JPEG picture.")
        .contains("8 training and 2 test images of 2 classes are in " + to)
        .contains("train --data " + to);
    JsonNode result = json(wrn);
    assertThat(result.get("classes").asInt()).isEqualTo(2);
    assertThat(result.get("skipped")).hasSize(1);
    assertThat(Wrn.run("data", "info", "--data", to).succeeded().out()).contains("2: cat, dog");
  }

  @Test
  void downloadKeepsWhatIsThere() throws IOException {
    Files.move(data, temp.resolve("cifar-10-batches-bin"));
    Wrn wrn = Wrn.run("data", "download", "--data-dir", temp).succeeded();
    assertThat(wrn.out())
        .contains("300 training and 100 test images")
        .contains("wrn train --data cifar10 --data-dir " + temp);
    assertThat(wrn.err()).isEmpty();
  }
}
