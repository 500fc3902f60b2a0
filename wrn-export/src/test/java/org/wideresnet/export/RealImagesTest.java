package org.wideresnet.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.Result;
import org.tensorflow.types.TUint8;
import org.wideresnet.export.graph.Tensors;
import org.wideresnet.export.write.ExportCheck;
import org.wideresnet.model.Variant;
import org.wideresnet.model.weights.Checkpoint;

/** The export and its checkpoint, side by side on all test images of the real CIFAR-10. */
class RealImagesTest {
  private static final int IMAGES = 10_000;
  private static final int BATCH = 200;
  private static final int PLANE = 32 * 32;
  private static final int RECORD = 1 + 3 * PLANE;

  @TempDir Path temp;

  @Test
  @Tag("slow")
  void answersAsTheCheckpointDoes() throws IOException {
    byte[] records = testRecords();
    Path checkpoint =
        TestModels.checkpoint(temp.resolve("checkpoint"), Variant.PAPER.config(16, 2, 10));
    SavedModelExporter.export(checkpoint, temp.resolve("models"), ExportOptions.DEFAULT);
    Checkpoint source = Checkpoint.open(checkpoint);
    int[] called = new int[10];
    try (ImageClassifier classifier = ImageClassifier.load(temp.resolve("models"))) {
      for (int first = 0; first < IMAGES; first += BATCH) {
        byte[] pixels = pixels(records, first);
        float[][] actual = classifier.probabilities(pixels, BATCH);
        try (TUint8 images = Tensors.pixels(pixels, BATCH);
            Result answers = ExportCheck.answersOf(source, images, 1)) {
          float[][] expected = Tensors.rows(answers.get(2));
          for (int i = 0; i < BATCH; i++) {
            assertThat(largestDifference(actual[i], expected[i]))
                .as("image %d", first + i)
                .isLessThanOrEqualTo(SavedModelExporter.TOLERANCE);
            assertThat(best(actual[i])).as("image %d", first + i).isEqualTo(best(expected[i]));
            called[best(actual[i])]++;
          }
        }
      }
    }
    assertThat(Arrays.stream(called).filter(count -> count > 0).count()).isGreaterThan(3);
  }

  private static byte[] testRecords() throws IOException {
    String directory = System.getenv("WRN_DATA_DIR");
    assumeThat(directory).as("WRN_DATA_DIR, the directory of the real CIFAR-10").isNotNull();
    Path file = Path.of(directory, "cifar-10-batches-bin", "test_batch.bin");
    assumeThat(file).as("CIFAR-10 in WRN_DATA_DIR").exists();
    byte[] records = Files.readAllBytes(file);
    assertThat(records).hasSize(IMAGES * RECORD);
    return records;
  }

  /** Returns a batch of images, their colours side by side and no longer in planes. */
  private static byte[] pixels(byte[] records, int first) {
    byte[] pixels = new byte[BATCH * Tensors.IMAGE_VALUES];
    for (int i = 0; i < pixels.length; i++) {
      int image = first + i / Tensors.IMAGE_VALUES;
      int at = i % Tensors.IMAGE_VALUES;
      pixels[i] = records[image * RECORD + 1 + at % 3 * PLANE + at / 3];
    }
    return pixels;
  }

  private static double largestDifference(float[] actual, float[] expected) {
    double difference = 0;
    for (int i = 0; i < expected.length; i++) {
      difference = Math.max(difference, Math.abs((double) actual[i] - expected[i]));
    }
    return difference;
  }

  private static int best(float[] probabilities) {
    int best = 0;
    for (int i = 1; i < probabilities.length; i++) {
      best = probabilities[i] > probabilities[best] ? i : best;
    }
    return best;
  }
}
