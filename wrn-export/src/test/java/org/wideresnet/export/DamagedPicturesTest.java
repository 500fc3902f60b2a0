package org.wideresnet.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.exceptions.TFInvalidArgumentException;
import org.tensorflow.types.TString;
import org.wideresnet.export.graph.Signatures;
import org.wideresnet.export.graph.Tensors;
import org.wideresnet.export.load.LoadedModel;

/** Whatever the bytes are, the answer is a prediction or a sentence, in Java and from the graph. */
class DamagedPicturesTest {
  @TempDir Path temp;
  private ImageClassifier classifier;
  private LoadedModel graph;

  @BeforeEach
  void export() throws IOException {
    Path checkpoint = TestModels.checkpoint(temp.resolve("checkpoint"), TestModels.WRN_10_1);
    Path folder =
        SavedModelExporter.export(checkpoint, temp.resolve("models"), ExportOptions.DEFAULT)
            .folder();
    classifier = ImageClassifier.load(folder);
    graph = LoadedModel.load(folder, false);
  }

  @AfterEach
  void close() {
    classifier.close();
    graph.close();
  }

  @Test
  void answersSome() {
    refusesNoise(200);
    answersMutations(60);
  }

  @Test
  @Tag("slow")
  void answersMany() {
    refusesNoise(10_000);
    answersMutations(1_000);
  }

  private void refusesNoise(int count) {
    Random random = new Random(5);
    for (int i = 0; i < count; i++) {
      byte[] noise = new byte[random.nextInt(2_000)];
      random.nextBytes(noise);
      assertThatExceptionOfType(IllegalArgumentException.class)
          .isThrownBy(() -> classifier.classify(noise, 1))
          .withMessageMatching("The picture is (neither a PNG nor a JPEG|a damaged JPEG) file\\.");
      assertThatExceptionOfType(TFInvalidArgumentException.class).isThrownBy(() -> ask(noise));
    }
  }

  private void answersMutations(int count) {
    Random random = new Random(6);
    List<byte[]> files =
        List.of(
            Pictures.file(Pictures.gradient(64, 48), "png"),
            Pictures.file(Pictures.gradient(64, 48), "jpg"));
    int answered = 0;
    int refused = 0;
    for (int i = 0; i < count; i++) {
      byte[] mutated = mutated(files.get(i % 2), random);
      try {
        ask(mutated);
      } catch (TFInvalidArgumentException e) {
        assertThat(e.getMessage()).isNotBlank();
      }
      try {
        assertThat(classifier.classify(mutated, 1)).hasSize(1);
        answered++;
      } catch (IllegalArgumentException e) {
        assertThat(e.getMessage()).matches("The picture (is|has|cannot be decoded) ?.+\\.");
        refused++;
      }
    }
    assertThat(answered).isGreaterThan(count / 20);
    assertThat(refused).isGreaterThan(count / 20);
  }

  /** Flips bits, overwrites a stretch, or cuts the end off. */
  private static byte[] mutated(byte[] file, Random random) {
    byte[] mutated = file.clone();
    int at = random.nextInt(file.length);
    switch (random.nextInt(3)) {
      case 0 -> {
        for (int flips = 1 + random.nextInt(8); flips > 0; flips--) {
          mutated[random.nextInt(file.length)] ^= (byte) (1 << random.nextInt(8));
        }
      }
      case 1 -> Arrays.fill(mutated, at, Math.min(file.length, at + 9), (byte) random.nextInt(256));
      default -> mutated = Arrays.copyOf(file, at);
    }
    return mutated;
  }

  private void ask(byte[] file) {
    try (TString batch = Tensors.strings(List.of(file))) {
      graph
          .run(
              Signatures.IMAGE_BYTES,
              Signatures.IMAGE_BYTES,
              batch,
              List.of(Signatures.PROBABILITIES))
          .close();
    }
  }
}
