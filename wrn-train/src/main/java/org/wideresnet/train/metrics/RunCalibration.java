package org.wideresnet.train.metrics;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.wideresnet.data.files.CifarDataset;
import org.wideresnet.data.files.LabelledImages;
import org.wideresnet.data.files.RecordLayout;
import org.wideresnet.export.Calibration;
import org.wideresnet.export.ExportOptions;
import org.wideresnet.export.ImageClassifier;
import org.wideresnet.export.SavedModelExporter;
import org.wideresnet.train.run.RunConfig;
import org.wideresnet.train.run.RunDirectory;

/**
 * Fits the temperature of an export on the validation split of its run, the last images of the
 * training files.
 */
public final class RunCalibration {
  private static final int BATCH = 256;

  private RunCalibration() {}

  /**
   * Fits it on what an export without temperature answers.
   *
   * @param run the run that the checkpoint is of
   * @param checkpoint the folder of the checkpoint
   * @param data the data set of the run
   * @throws IllegalArgumentException if the run has no validation split, or the data set is another
   *     than the run was trained on
   * @throws IOException if a file cannot be read, or the trial export cannot be written
   */
  public static Calibration fit(RunDirectory run, Path checkpoint, CifarDataset data)
      throws IOException {
    RunConfig.Data trained = RunConfig.read(run.runJson()).data();
    int images = trained.validation();
    if (images == 0) {
      throw new IllegalArgumentException(
          "--calibrate needs a validation split, and the run %s has none: train with --validation N."
              .formatted(run.path()));
    }
    if (!data.checksum().equals(trained.checksum())) {
      throw new IllegalArgumentException(
          "The data set %s is not the one that the run %s was trained on."
              .formatted(data.name(), run.path()));
    }
    LabelledImages all =
        LabelledImages.firstOf(data.trainFiles(), data.layout(), Integer.MAX_VALUE);
    int count = all.labels().length;
    int[] labels = Arrays.copyOfRange(all.labels(), count - images, count);
    byte[] pixels =
        Arrays.copyOfRange(
            all.pixels(),
            (count - images) * RecordLayout.IMAGE_BYTES,
            count * RecordLayout.IMAGE_BYTES);
    float[][] before = probabilities(checkpoint, pixels, images);
    double temperature = TemperatureScaling.fit(before, labels);
    float[][] after =
        Arrays.stream(before)
            .map(row -> TemperatureScaling.apply(row, temperature))
            .toArray(float[][]::new);
    return new Calibration(temperature, images, ece(before, labels), ece(after, labels));
  }

  private static float[][] probabilities(Path checkpoint, byte[] pixels, int count)
      throws IOException {
    Path models = Files.createTempDirectory("wrn-calibrate");
    try {
      Path model =
          SavedModelExporter.export(checkpoint, models.resolve("m"), ExportOptions.DEFAULT)
              .folder();
      float[][] result = new float[count][];
      try (ImageClassifier classifier = ImageClassifier.load(model)) {
        for (int first = 0; first < count; first += BATCH) {
          int end = Math.min(first + BATCH, count);
          byte[] batch =
              Arrays.copyOfRange(
                  pixels, first * RecordLayout.IMAGE_BYTES, end * RecordLayout.IMAGE_BYTES);
          float[][] rows = classifier.probabilities(batch, end - first);
          System.arraycopy(rows, 0, result, first, rows.length);
        }
      }
      return result;
    } finally {
      MoreFiles.deleteRecursively(models, RecursiveDeleteOption.ALLOW_INSECURE);
    }
  }

  private static double ece(float[][] probabilities, int[] labels) {
    Metrics metrics = new Metrics(probabilities[0].length);
    metrics.add(probabilities, labels);
    return metrics.ece();
  }
}
