package org.wideresnet.export;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.tensorflow.Result;
import org.tensorflow.Tensor;
import org.tensorflow.exceptions.TFInvalidArgumentException;
import org.tensorflow.types.TString;
import org.tensorflow.types.TUint8;
import org.wideresnet.export.graph.ServingGraph;
import org.wideresnet.export.graph.Signatures;
import org.wideresnet.export.graph.Tensors;
import org.wideresnet.export.load.LoadedModel;
import org.wideresnet.export.load.ModelVersions;
import org.wideresnet.export.load.PictureFile;
import org.wideresnet.export.load.SavedModelFolder;
import org.wideresnet.model.files.TextFile;

/**
 * Classifies pictures with an exported model. Files of any size are decoded by the model itself and
 * cut to their central square, as TensorFlow Serving would; so every client gets the same answer.
 *
 * <pre>{@code
 * try (ImageClassifier classifier = ImageClassifier.load(Path.of("models/wrn"))) {
 *   Prediction best = classifier.classify(Path.of("cat.png"), 5).get(0);
 *   System.out.println(best.label() + " " + best.probability());
 * }
 * }</pre>
 *
 * <p>Any number of threads may share one. Closing it frees the model, once the calls under way have
 * ended; later calls throw {@link IllegalStateException}.
 */
public final class ImageClassifier implements AutoCloseable {
  /** A larger batch of a small model is slower: its activations do not fit the caches. */
  private static final int LARGEST_PART = 8;

  private static final int CORES = Runtime.getRuntime().availableProcessors();
  private static final List<String> PROBABILITIES = List.of(Signatures.PROBABILITIES);

  private final Path folder;
  private final LoadedModel model;
  private final List<String> labels;

  private ImageClassifier(Path folder, LoadedModel model, List<String> labels) {
    this.folder = folder;
    this.model = model;
    this.labels = List.copyOf(labels);
  }

  /**
   * Loads a model that has no op but those that classifiers need.
   *
   * @param savedModel a version of a model, or the folder of its versions for the newest
   * @throws IllegalArgumentException if there is no SavedModel of this project's making
   * @throws IOException if it cannot be read
   */
  public static ImageClassifier load(Path savedModel) throws IOException {
    return load(savedModel, false);
  }

  /**
   * Loads a model.
   *
   * @param savedModel a version of a model, or the folder of its versions for the newest
   * @param trusted whether its ops may be any, those too that reach files or the network
   * @throws IllegalArgumentException if there is no SavedModel of this project's making
   * @throws IOException if it cannot be read
   */
  public static ImageClassifier load(Path savedModel, boolean trusted) throws IOException {
    Path folder = new ModelVersions(savedModel).newest();
    Path labels = new SavedModelFolder(folder).labels();
    if (!Files.isRegularFile(labels)) {
      throw new IllegalArgumentException(
          "The SavedModel %s has no labels; it should hold assets/%s."
              .formatted(folder, ServingGraph.LABELS_FILE));
    }
    return new ImageClassifier(
        folder, LoadedModel.load(folder, trusted), TextFile.read(labels).lines().toList());
  }

  /** Returns the folder of the version that was loaded. */
  public Path folder() {
    return folder;
  }

  /** Returns the names of the classes, by number. */
  public List<String> labels() {
    return labels;
  }

  /**
   * Classifies a file.
   *
   * @param top how many classes to return, at least 1
   * @return the most probable classes, best first
   * @throws IllegalArgumentException if the file is not a picture; the message names it
   * @throws IOException if it cannot be read
   */
  public List<Prediction> classify(Path picture, int top) throws IOException {
    byte[] file = Files.readAllBytes(picture);
    return best(probabilities(List.of(file), List.of("The file " + picture))[0], top);
  }

  /**
   * Classifies the bytes of a PNG or JPEG file.
   *
   * @return the {@code top} most probable classes, best first
   * @throws IllegalArgumentException if they are not such a file
   */
  public List<Prediction> classify(byte[] pngOrJpeg, int top) {
    return best(probabilities(List.of(pngOrJpeg), List.of("The picture"))[0], top);
  }

  /** Classifies a picture of any size; returns the {@code top} most probable classes. */
  public List<Prediction> classify(BufferedImage picture, int top) {
    return classify(PictureFile.png(picture), top);
  }

  /**
   * Classifies a batch of PNG or JPEG files.
   *
   * @return the probabilities of the classes, {@code [files][classes]}
   * @throws IllegalArgumentException if the batch is empty, or a file is not a picture; the message
   *     says which
   */
  public float[][] probabilities(List<byte[]> pngOrJpegs) {
    return probabilities(
        pngOrJpegs, IntStream.range(0, pngOrJpegs.size()).mapToObj(i -> "Picture " + i).toList());
  }

  /**
   * Classifies a batch of images by their pixels.
   *
   * @param pixels {@code [count, 32, 32, 3]} in the order height, width, colour; red, green, blue
   * @param count the number of images, at least 1
   * @return the probabilities of the classes, {@code [count][classes]}
   * @throws IllegalArgumentException if there are no images or not as many bytes as they need
   */
  public float[][] probabilities(byte[] pixels, int count) {
    requireSome(count);
    if (pixels.length != (long) count * Tensors.IMAGE_VALUES) {
      throw new IllegalArgumentException(
          "There are %d bytes of pixels; %d images of 32x32 pixels in 3 colours have %d."
              .formatted(pixels.length, count, (long) count * Tensors.IMAGE_VALUES));
    }
    return inParts(
        count,
        (first, end) -> {
          byte[] part =
              Arrays.copyOfRange(pixels, first * Tensors.IMAGE_VALUES, end * Tensors.IMAGE_VALUES);
          try (TUint8 images = Tensors.pixels(part, end - first)) {
            return run(Signatures.SERVING_DEFAULT, Signatures.IMAGE, images);
          }
        });
  }

  /**
   * Returns the most probable classes.
   *
   * @param probabilities of all classes
   * @param top how many, at least 1; all if there are fewer
   */
  public List<Prediction> best(float[] probabilities, int top) {
    if (top < 1) {
      throw new IllegalArgumentException(
          "The number of classes to show is " + top + "; it must be 1 or more.");
    }
    return IntStream.range(0, probabilities.length)
        .boxed()
        .sorted(Comparator.comparingDouble(classId -> -probabilities[classId]))
        .limit(top)
        .map(classId -> new Prediction(classId, labels.get(classId), probabilities[classId]))
        .toList();
  }

  @Override
  public void close() {
    model.close();
  }

  private float[][] probabilities(List<byte[]> files, List<String> names) {
    requireSome(files.size());
    for (int i = 0; i < files.size(); i++) {
      PictureFile.require(files.get(i), names.get(i));
    }
    try {
      return inParts(files.size(), (first, end) -> run(files.subList(first, end)));
    } catch (TFInvalidArgumentException e) {
      throw new IllegalArgumentException(
          "%s cannot be decoded; it is damaged or cut off."
              .formatted(names.get(firstDamaged(files))),
          e);
    }
  }

  /** Answers the pictures {@code first} to {@code end - 1} of a batch. */
  private interface Part {
    float[][] probabilities(int first, int end);
  }

  /** Cuts a batch of a small model into parts for all cores; a large model uses them by itself. */
  private float[][] inParts(int count, Part part) {
    int size = model.isSmall() ? Math.min(LARGEST_PART, (count + CORES - 1) / CORES) : count;
    return IntStream.range(0, (count + size - 1) / size)
        .parallel()
        .mapToObj(i -> part.probabilities(i * size, Math.min(count, (i + 1) * size)))
        .flatMap(Arrays::stream)
        .toArray(float[][]::new);
  }

  private float[][] run(List<byte[]> files) {
    try (TString batch = Tensors.strings(files)) {
      return run(Signatures.IMAGE_BYTES, Signatures.IMAGE_BYTES, batch);
    }
  }

  private float[][] run(String signature, String input, Tensor value) {
    try (Result answer = model.run(signature, input, value, PROBABILITIES)) {
      return Tensors.rows(answer.get(0));
    }
  }

  /** One bad file fails a whole batch, so each goes alone; all before the last one are asked. */
  private int firstDamaged(List<byte[]> files) {
    for (int i = 0; i < files.size() - 1; i++) {
      try {
        run(files.subList(i, i + 1));
      } catch (TFInvalidArgumentException e) {
        return i;
      }
    }
    return files.size() - 1;
  }

  private static void requireSome(int count) {
    if (count < 1) {
      throw new IllegalArgumentException(
          "There are %d pictures to classify; there must be 1 or more.".formatted(count));
    }
  }
}
