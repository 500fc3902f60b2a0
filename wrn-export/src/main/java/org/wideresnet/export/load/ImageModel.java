package org.wideresnet.export.load;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tensorflow.Result;
import org.tensorflow.Tensor;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.types.TUint8;
import org.wideresnet.export.graph.ImageSignature;
import org.wideresnet.export.graph.Preprocessing;
import org.wideresnet.export.graph.Tensors;
import org.wideresnet.model.Normalization;

/**
 * Any SavedModel that gives probabilities to images of CIFAR's size, whoever made it: Keras' {@code
 * model.export()} too. It has a signature with one input, bytes {@code [N, 32, 32, 3]} or
 * normalised floats {@code [N, 32, 32, 3]} or {@code [N, 3, 32, 32]}, and with one output of floats
 * {@code [N, classes]}.
 */
public final class ImageModel implements AutoCloseable {
  private static final double ROUNDING = 1e-3;

  private final Path folder;
  private final LoadedModel model;
  private final ImageSignature signature;
  private final Preprocessing preprocessing;

  private ImageModel(
      Path folder, LoadedModel model, ImageSignature signature, Preprocessing preprocessing) {
    this.folder = folder;
    this.model = model;
    this.signature = signature;
    this.preprocessing = preprocessing;
  }

  /**
   * Loads a model.
   *
   * @param savedModel a version of a model, or the folder of its versions for the newest
   * @param normalization how pixels become the input of a model that takes floats; empty for one
   *     that takes bytes
   * @param trusted whether its ops may be any, those too that reach files or the network
   * @throws IllegalArgumentException if there is no SavedModel, or it has no such signature
   * @throws IOException if it cannot be read
   */
  public static ImageModel load(
      Path savedModel, Optional<Normalization> normalization, boolean trusted) throws IOException {
    Path folder = new ModelVersions(savedModel).newest();
    LoadedModel model = LoadedModel.load(folder, trusted);
    try {
      DataType type = normalization.isPresent() ? DataType.DT_FLOAT : DataType.DT_UINT8;
      ImageSignature signature =
          ImageSignature.find(model.signatures(), type)
              .orElseThrow(() -> noSignature(folder, model.signatures(), type));
      return new ImageModel(
          folder,
          model,
          signature,
          normalization.map(n -> new Preprocessing(n, signature.format())).orElse(null));
    } catch (RuntimeException | Error e) {
      model.close();
      throw e;
    }
  }

  private static IllegalArgumentException noSignature(
      Path folder, Map<String, SignatureDef> signatures, DataType type) {
    boolean floats = type == DataType.DT_FLOAT;
    DataType other = floats ? DataType.DT_UINT8 : DataType.DT_FLOAT;
    if (ImageSignature.find(signatures, other).isPresent()) {
      return new IllegalArgumentException(
          floats
              ? "The SavedModel %s normalises pixels itself; leave the normalisation out."
                  .formatted(folder)
              : "The SavedModel %s takes normalised images; say which normalisation it was trained with."
                  .formatted(folder));
    }
    return new IllegalArgumentException(
        "The SavedModel %s has no signature from images of 32x32 pixels to probabilities; it has %s."
            .formatted(folder, signatures.keySet()));
  }

  /**
   * Classifies images.
   *
   * @param pixels {@code [count, 32, 32, 3]}
   * @return the probabilities {@code [count][classes]}
   * @throws IllegalArgumentException if the model answers with something else
   */
  public float[][] probabilities(byte[] pixels, int count) {
    try (TUint8 bytes = Tensors.pixels(pixels, count)) {
      if (preprocessing == null) {
        return run(bytes);
      }
      try (Result images = preprocessing.run(bytes)) {
        return run(images.get(0));
      }
    }
  }

  private float[][] run(Tensor images) {
    try (Result answer =
        model.run(signature.name(), signature.input(), images, List.of(signature.output()))) {
      float[][] rows = Tensors.rows(answer.get(0));
      for (float[] row : rows) {
        double sum = 0;
        for (float value : row) {
          sum += value >= 0 ? value : Double.NaN;
        }
        if (!(Math.abs(sum - 1) <= ROUNDING)) {
          throw new IllegalArgumentException(
              "The output '%s' of the SavedModel %s is not probabilities: they should be positive and add up to 1."
                  .formatted(signature.output(), folder));
        }
      }
      return rows;
    }
  }

  @Override
  public void close() {
    model.close();
    if (preprocessing != null) {
      preprocessing.close();
    }
  }
}
