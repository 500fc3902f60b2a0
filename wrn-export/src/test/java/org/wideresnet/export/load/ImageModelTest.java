package org.wideresnet.export.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Session;
import org.tensorflow.Signature;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.wideresnet.export.ExportOptions;
import org.wideresnet.export.ImageClassifier;
import org.wideresnet.export.SavedModelExporter;
import org.wideresnet.export.TestModels;
import org.wideresnet.export.write.SamplePictures;
import org.wideresnet.model.DataFormat;
import org.wideresnet.model.Normalization;

class ImageModelTest {
  private static final Optional<Normalization> PAPER = Optional.of(Normalization.PAPER_CIFAR10);

  @TempDir Path temp;

  @ParameterizedTest
  @EnumSource(DataFormat.class)
  void answersToNormalisedImagesAsToBytes(DataFormat format) throws IOException {
    Path checkpoint =
        TestModels.checkpoint(temp.resolve("c"), TestModels.WRN_10_1.withDataFormat(format));
    Path models = temp.resolve("models");
    SavedModelExporter.export(checkpoint, models, ExportOptions.DEFAULT);
    byte[] pixels = SamplePictures.pixels(9);
    try (ImageModel bytes = ImageModel.load(models, Optional.empty(), false);
        ImageModel floats = ImageModel.load(models, PAPER, false);
        ImageModel raw = ImageModel.load(models, Optional.of(Normalization.NONE), false);
        ImageClassifier classifier = ImageClassifier.load(models)) {
      float[][] expected = classifier.probabilities(pixels, 9);
      for (int i = 0; i < 9; i++) {
        assertThat(bytes.probabilities(pixels, 9)[i]).containsExactly(expected[i], within(1e-6f));
        assertThat(floats.probabilities(pixels, 9)[i]).containsExactly(expected[i], within(1e-6f));
      }
      assertThat(raw.probabilities(pixels, 9)[0]).isNotEqualTo(expected[0]);
    }
  }

  @Test
  void asksForANormalisationOnlyWhereTheModelHasNone() throws IOException {
    Path model = model("model", "images", -1, 32, 32, 3);
    assertThatThrownBy(() -> ImageModel.load(model, Optional.empty(), false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "The SavedModel %s takes normalised images; say which normalisation it was trained with."
                .formatted(model));
    try (ImageModel images = ImageModel.load(model, PAPER, false)) {
      assertThatThrownBy(() -> images.probabilities(SamplePictures.pixels(1), 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith(
              "The output 'rows' of the SavedModel %s is not probabilities".formatted(model));
    }
  }

  @Test
  void refusesAModelOfSomethingElse() throws IOException {
    Path model = model("model", "words", -1, 28, 28, 1);
    assertThatThrownBy(() -> ImageModel.load(model, PAPER, false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "The SavedModel %s has no signature from images of 32x32 pixels to probabilities; it has [words]."
                .formatted(model));
    assertThatThrownBy(() -> ImageModel.load(temp.resolve("nothing"), PAPER, false))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** Writes a model whose answer is the values of its input. */
  private Path model(String name, String signature, long... shape) throws IOException {
    Path folder = temp.resolve(name);
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      Ops tf = Ops.create(graph);
      Placeholder<TFloat32> input =
          tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(shape)));
      int values = (int) (shape[1] * shape[2] * shape[3]);
      Operand<TFloat32> rows = tf.reshape(input, tf.constant(new int[] {-1, values}));
      SavedModelBundle.exporter(folder.toString())
          .withSession(session)
          .withSignature(
              Signature.builder(signature).input("x", input).output("rows", rows).build())
          .export();
    }
    return folder;
  }
}
