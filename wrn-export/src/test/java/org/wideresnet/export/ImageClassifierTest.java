package org.wideresnet.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.wideresnet.export.write.SamplePictures;

class ImageClassifierTest {
  private static final int IMAGE = 32 * 32 * 3;

  @TempDir static Path temp;
  private static ImageClassifier classifier;

  @BeforeAll
  static void export() throws IOException {
    Path checkpoint = TestModels.checkpoint(temp.resolve("checkpoint"), TestModels.WRN_10_1);
    SavedModelExporter.export(checkpoint, temp.resolve("models"), ExportOptions.DEFAULT);
    classifier = ImageClassifier.load(temp.resolve("models"));
  }

  @AfterAll
  static void close() {
    classifier.close();
  }

  @Test
  void loadsTheNewestVersionOrTheOneNamed() throws IOException {
    Path models = temp.resolve("versions");
    Path checkpoint = TestModels.checkpoint(temp.resolve("again"), TestModels.WRN_10_1);
    SavedModelExporter.export(checkpoint, models, new ExportOptions(9L, 0));
    SavedModelExporter.export(checkpoint, models, new ExportOptions(10L, 0));
    try (ImageClassifier newest = ImageClassifier.load(models);
        ImageClassifier named = ImageClassifier.load(models.resolve("9"))) {
      assertThat(newest.folder()).isEqualTo(models.resolve("10"));
      assertThat(named.folder()).isEqualTo(models.resolve("9"));
      assertThat(named.labels()).hasSize(10).startsWith("class 0", "class 1");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 128})
  void filesOfCifarsSizeGiveThePredictionsOfTheirPixels(int count) {
    float[][] ofPixels = classifier.probabilities(SamplePictures.pixels(count), count);
    float[][] ofFiles = classifier.probabilities(SamplePictures.pngFiles(count));
    assertThat(ofPixels).hasDimensions(count, 10);
    assertThat(ofFiles).isDeepEqualTo(ofPixels);
    for (float[] probabilities : ofPixels) {
      double sum = 0;
      for (float probability : probabilities) {
        sum += probability;
      }
      assertThat(sum).isCloseTo(1, within(1e-5));
    }
    assertThat(Arrays.stream(ofPixels).mapToInt(ImageClassifierTest::best).distinct().count())
        .isGreaterThan(count == 128 ? 1 : 0);
  }

  @Test
  void answersABatchInTheOrderOfItsPictures() {
    byte[] pixels = SamplePictures.pixels(37);
    float[][] answers = classifier.probabilities(pixels, 37);
    for (int i = 0; i < 37; i++) {
      byte[] image = Arrays.copyOfRange(pixels, i * IMAGE, (i + 1) * IMAGE);
      assertThat(answers[i]).containsExactly(classifier.probabilities(image, 1)[0], within(1e-6f));
    }
    List<byte[]> files = new ArrayList<>(SamplePictures.pngFiles(37));
    files.set(29, Arrays.copyOf(files.get(29), 100));
    assertThatThrownBy(() -> classifier.probabilities(files))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Picture 29 cannot be decoded; it is damaged or cut off.");
  }

  @Test
  void returnsTheMostProbableClassesBestFirst() {
    float[] probabilities = classifier.probabilities(SamplePictures.pixels(1), 1)[0];
    List<Prediction> top = classifier.classify(SamplePictures.pngFiles(1).get(0), 3);
    assertThat(top).hasSize(3);
    assertThat(top.get(0).classId()).isEqualTo(best(probabilities));
    assertThat(top).isSortedAccordingTo((a, b) -> Float.compare(b.probability(), a.probability()));
    assertThat(top)
        .allSatisfy(
            prediction -> {
              assertThat(prediction.label()).isEqualTo("class " + prediction.classId());
              assertThat(prediction.probability()).isEqualTo(probabilities[prediction.classId()]);
            });
    assertThat(classifier.best(probabilities, 99)).hasSize(10);
    assertThatThrownBy(() -> classifier.best(probabilities, 0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void takesGreyAndTransparentPicturesAndJpegs() throws IOException {
    BufferedImage grey = new BufferedImage(32, 32, BufferedImage.TYPE_BYTE_GRAY);
    byte[] greyPixels = new byte[IMAGE];
    byte[] colourPixels = new byte[IMAGE];
    BufferedImage transparent = new BufferedImage(32, 32, BufferedImage.TYPE_INT_ARGB);
    for (int i = 0; i < 32 * 32; i++) {
      int x = i % 32;
      int y = i / 32;
      grey.getRaster().setSample(x, y, 0, x * y / 4);
      transparent.setRGB(x, y, new Color(x * 8, y * 8, 255 - x * y / 4, 40 + x).getRGB());
      Arrays.fill(greyPixels, i * 3, i * 3 + 3, (byte) (x * y / 4));
      colourPixels[i * 3] = (byte) (x * 8);
      colourPixels[i * 3 + 1] = (byte) (y * 8);
      colourPixels[i * 3 + 2] = (byte) (255 - x * y / 4);
    }
    assertSame(classifier.classify(grey, 10), greyPixels);
    assertSame(classifier.classify(transparent, 10), colourPixels);
    byte[] jpeg = Pictures.file(Pictures.gradient(32, 32), "jpg");
    assertThat(classifier.classify(jpeg, 1).get(0).probability()).isBetween(0.1f, 1f);
    float[][] mixed =
        classifier.probabilities(
            List.of(
                jpeg, Pictures.file(grey, "png"), Pictures.file(Pictures.gradient(70, 50), "jpg")));
    assertThat(mixed[1]).containsExactly(classifier.probabilities(greyPixels, 1)[0], within(1e-6f));
  }

  /** Stripes of one pixel, seen from afar, are an even grey. */
  @Test
  void shrinksLargePicturesWithoutAliases() throws IOException {
    BufferedImage stripes = new BufferedImage(320, 320, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 320 * 320; i++) {
      stripes.setRGB(i % 320, i / 320, i % 2 == 0 ? 0xFFFFFF : 0);
    }
    byte[] grey = new byte[IMAGE];
    Arrays.fill(grey, (byte) 128);
    float[] expected = classifier.probabilities(grey, 1)[0];
    float[] actual = classifier.probabilities(List.of(Pictures.file(stripes, "png")))[0];
    assertThat(actual).containsExactly(expected, within(0.02f));
  }

  /** As {@code data import} does; an odd remainder leaves one pixel more on the right or below. */
  @ParameterizedTest
  @CsvSource({
    "640, 200, 220, 0, 200",
    "200, 640, 0, 220, 200",
    "35, 32, 1, 0, 32",
    "32, 35, 0, 1, 32",
    "7, 4, 1, 0, 4"
  })
  void looksAtTheCentralSquare(int width, int height, int left, int top, int side) {
    BufferedImage whole = Pictures.gradient(width, height);
    BufferedImage square = whole.getSubimage(left, top, side, side);
    assertThat(classifier.classify(whole, 10)).isEqualTo(classifier.classify(square, 10));
  }

  @Test
  void readsPicturesOfAnySize() throws IOException {
    Path file = temp.resolve("wide.png");
    Files.write(file, Pictures.file(Pictures.gradient(640, 17), "png"));
    assertThat(classifier.classify(file, 5)).hasSize(5);
    assertThat(classifier.classify(file, 10))
        .isEqualTo(classifier.classify(Pictures.gradient(640, 17), 10));
    assertThat(classifier.classify(Pictures.gradient(1, 1), 1)).hasSize(1);
  }

  @Test
  void namesTheFileThatIsNoPicture() throws IOException {
    Path text = temp.resolve("notes.png");
    Files.writeString(text, "this is no picture, although it is long enough to be one");
    assertRefused(
        () -> classifier.classify(text, 1), "The file %s is neither a PNG nor a JPEG file.", text);
    assertRefused(
        () -> classifier.classify(new byte[0], 1), "The picture is neither a PNG nor a JPEG file.");

    byte[] png = Pictures.file(Pictures.gradient(64, 64), "png");
    Path cutOff = temp.resolve("cut.png");
    Files.write(cutOff, Arrays.copyOf(png, png.length / 2));
    assertRefused(
        () -> classifier.classify(cutOff, 1),
        "The file %s cannot be decoded; it is damaged or cut off.",
        cutOff);
    byte[] jpeg = Pictures.file(Pictures.gradient(64, 64), "jpg");
    assertRefused(
        () -> classifier.probabilities(List.of(png, jpeg, Arrays.copyOf(jpeg, 700), png)),
        "Picture 2 cannot be decoded; it is damaged or cut off.");
    assertRefused(
        () -> classifier.classify(Arrays.copyOf(jpeg, 30), 1),
        "The picture is a damaged JPEG file.");
    assertThatThrownBy(() -> classifier.classify(temp.resolve("missing.png"), 1))
        .isInstanceOf(IOException.class);
  }

  @Test
  void refusesAHugePictureByItsHeader() throws IOException {
    byte[] png = Pictures.file(Pictures.gradient(8, 8), "png");
    ByteBuffer.wrap(png).putInt(16, 20_000).putInt(20, 20_000);
    assertRefused(
        () -> classifier.classify(png, 1),
        "The picture has 400,000,000 pixels; at most 100,000,000 are accepted.");
  }

  @Test
  void writesNumbersInEveryLocaleAlike() {
    byte[] png = Pictures.file(Pictures.gradient(8, 8), "png");
    ByteBuffer.wrap(png).putInt(16, 20_000).putInt(20, 20_000);
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.GERMANY);
    try {
      assertThatThrownBy(() -> classifier.classify(png, 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("400,000,000 pixels");
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void refusesBatchesOfTheWrongSize() {
    assertRefused(
        () -> classifier.probabilities(new byte[0], 0),
        "There are 0 pictures to classify; there must be 1 or more.");
    assertRefused(
        () -> classifier.probabilities(List.of()),
        "There are 0 pictures to classify; there must be 1 or more.");
    assertRefused(
        () -> classifier.probabilities(new byte[IMAGE], 2),
        "There are 3072 bytes of pixels; 2 images of 32x32 pixels in 3 colours have 6144.");
  }

  @Test
  void isClosedForGood() throws IOException {
    ImageClassifier closed = ImageClassifier.load(temp.resolve("models"));
    closed.close();
    closed.close();
    assertThatThrownBy(() -> closed.probabilities(SamplePictures.pixels(1), 1))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void refusesFoldersWithoutAModelOfThisMaking() throws IOException {
    Path empty = Files.createDirectory(temp.resolve("empty"));
    assertRefused(
        () -> ImageClassifier.load(empty),
        "The folder %s holds no exported model; name the folder that 'export' wrote to.",
        empty);
    Path junk = Files.createDirectories(temp.resolve("junk/assets")).getParent();
    Files.write(junk.resolve("saved_model.pb"), "junk".getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> ImageClassifier.load(junk))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("The SavedModel %s has no labels; it should hold assets/labels.txt.", junk);
    Files.writeString(junk.resolve("assets/labels.txt"), "cat");
    assertThatThrownBy(() -> ImageClassifier.load(junk))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "The folder " + junk + " holds no SavedModel that TensorFlow can load: ");
  }

  private static void assertRefused(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String message, Object... args) {
    assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessage(message, args);
  }

  private static void assertSame(List<Prediction> actual, byte[] pixels) {
    float[] probabilities = classifier.probabilities(pixels, 1)[0];
    assertThat(actual).isEqualTo(classifier.best(probabilities, 10));
  }

  private static int best(float[] probabilities) {
    int best = 0;
    for (int i = 0; i < probabilities.length; i++) {
      best = probabilities[i] > probabilities[best] ? i : best;
    }
    return best;
  }
}
