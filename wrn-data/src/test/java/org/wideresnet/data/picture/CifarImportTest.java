package org.wideresnet.data.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wideresnet.data.files.CifarDataset;
import org.wideresnet.data.files.LabelledImages;
import org.wideresnet.data.files.RecordFile;
import org.wideresnet.data.files.RecordLayout;

class CifarImportTest {

  @TempDir Path dir;
  private Path pictures;
  private Path folder;

  @BeforeEach
  void paint() throws IOException {
    pictures = dir.resolve("pictures");
    folder = dir.resolve("imported");
    paint("cat", 10, 0xFF0000, "png");
    paint("dog", 20, 0x0000FF, "jpg");
    Files.createDirectory(pictures.resolve(".hidden"));
    Files.writeString(pictures.resolve("cat/notes.txt"), "no picture");
  }

  private void paint(String name, int count, int rgb, String format) throws IOException {
    Path sub = Files.createDirectories(pictures.resolve(name));
    for (int i = 0; i < count; i++) {
      BufferedImage image = new BufferedImage(64 + i, 50, BufferedImage.TYPE_INT_RGB);
      for (int p = 0; p < image.getWidth() * 50; p++) {
        image.setRGB(p % image.getWidth(), p / image.getWidth(), rgb);
      }
      ImageIO.write(image, format, sub.resolve("picture" + i + "." + format).toFile());
    }
  }

  @Test
  void makesADataSet() throws IOException {
    CifarImport.Result result = CifarImport.run(pictures, folder, 0.2, 1);
    CifarDataset dataset = result.dataset();
    assertThat(result.skipped()).isEmpty();
    assertThat(dataset.name()).isEqualTo("imported");
    assertThat(dataset.classNames()).containsExactly("cat", "dog");
    RecordFile train = new RecordFile(dataset.trainFiles().get(0), dataset.layout());
    RecordFile test = new RecordFile(dataset.testFiles().get(0), dataset.layout());
    assertThat(train.labelCounts()).containsExactly(8, 16);
    assertThat(test.labelCounts()).containsExactly(2, 4);

    LabelledImages images = LabelledImages.firstOf(dataset.trainFiles(), dataset.layout(), 24);
    for (int i = 0; i < 24; i++) {
      int channel = images.labels()[i] == 0 ? 0 : 2;
      int at = i * RecordLayout.IMAGE_BYTES;
      assertThat(Byte.toUnsignedInt(images.pixels()[at + channel])).isGreaterThan(250);
      assertThat(Byte.toUnsignedInt(images.pixels()[at + 2 - channel])).isLessThan(5);
    }
    assertThat(Arrays.stream(images.labels()).limit(12).distinct().count())
        .as("classes in the first half")
        .isEqualTo(2);
  }

  @Test
  void followsTheSeedAlone() throws IOException {
    String first = CifarImport.run(pictures, folder, 0.2, 1).dataset().checksum();
    assertThat(CifarImport.run(pictures, dir.resolve("again"), 0.2, 1).dataset().checksum())
        .isEqualTo(first);
    assertThat(CifarImport.run(pictures, dir.resolve("other"), 0.2, 2).dataset().checksum())
        .isNotEqualTo(first);
  }

  @Test
  void listsWhatItCannotRead() throws IOException {
    Path text = pictures.resolve("cat/b.png");
    Path cut = pictures.resolve("cat/a.png");
    Files.writeString(text, "no picture");
    byte[] whole = Files.readAllBytes(pictures.resolve("cat/picture0.png"));
    Files.write(cut, Arrays.copyOf(whole, 60));
    CifarImport.Result result = CifarImport.run(pictures, folder, 0.2, 1);
    assertThat(result.skipped())
        .containsExactly(
            cut + " is a damaged picture, or one of an unusual kind.",
            text + " is not a PNG or JPEG picture.");
    assertThat(result.dataset().trainExamples() + result.dataset().testExamples()).isEqualTo(30);
  }

  @Test
  void refusesAClassWithoutPictures() throws IOException {
    Path empty = Files.createDirectory(pictures.resolve("empty"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CifarImport.run(pictures, folder, 0.2, 1))
        .withMessage(
            empty
                + " has 0 readable PNG or JPEG pictures for training and 0 for testing: each class needs one at least.");
    assertThat(folder).doesNotExist();
    try (Stream<Path> list = Files.list(dir)) {
      assertThat(list).containsExactly(pictures);
    }
  }

  @Test
  void refusesOtherFolders() throws IOException {
    Path single = Files.createDirectories(dir.resolve("single/cat")).getParent();
    assertRefused(
        single,
        folder,
        0.2,
        single
            + " has 1 sub-folders: it should hold one of pictures for each class, 2 to 256 of them.");
    Path missing = dir.resolve("missing");
    assertRefused(
        missing,
        folder,
        0.2,
        missing + " is not a folder: it should hold a sub-folder of pictures for each class.");
    assertRefused(pictures, single, 0.2, single + " exists already: name a new folder.");
    assertRefused(
        pictures, folder, 1, "The share of test pictures is 1.0: it should be between 0 and 1.");
  }

  private static void assertRefused(Path from, Path to, double share, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CifarImport.run(from, to, share, 1))
        .withMessage(message);
  }
}
