package org.wideresnet.export;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import org.tensorflow.TensorFlow;
import org.wideresnet.export.load.SavedModelFolder;
import org.wideresnet.model.Normalization;
import org.wideresnet.model.weights.ModelDescription;

/**
 * What an export was made from and how it was checked: its file {@code export.json}.
 *
 * @param format the version of this format
 * @param model the network, such as {@code WRN-16-2}
 * @param variant the variant of the network
 * @param inputLayout the layout of the signature {@code keras}
 * @param normalization how the graph normalises pixels
 * @param checkpoint the folder of the checkpoint
 * @param step the training steps behind it
 * @param epoch the epochs behind it
 * @param testAccuracy its accuracy on the test set, in [0, 1]; null where not measured
 * @param data the data set it was trained on; null where it was not trained here
 * @param dataChecksum SHA-256 of the data set; null where it was not trained here
 * @param run the name of the run; null where it is not known
 * @param recipe how it was trained, in YAML; null where it is not known
 * @param project the version of this project that trained it; null where it is not known
 * @param precision the number format of the convolutions
 * @param convolutions how wide 3x3 convolutions are computed: {@code direct} or {@code winograd}
 * @param calibration the temperature of the probabilities; null for none
 * @param maxAbsDifference see {@link ExportedModel}
 * @param fingerprint see {@link ExportedModel}
 * @param revision the git revision of the program that exported it; null where it was not built
 *     from a repository
 * @param tensorflow the version of TensorFlow that made it
 */
record ExportDescription(
    int format,
    String model,
    String variant,
    String inputLayout,
    Normalization normalization,
    String checkpoint,
    long step,
    int epoch,
    Double testAccuracy,
    String data,
    String dataChecksum,
    String run,
    String recipe,
    String project,
    String precision,
    String convolutions,
    Calibration calibration,
    double maxAbsDifference,
    String fingerprint,
    String revision,
    String tensorflow) {

  private static final int FORMAT = 1;

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  static ExportDescription of(
      Path checkpoint,
      ModelDescription model,
      ExportOptions options,
      double maxAbsDifference,
      String fingerprint) {
    Optional<ExportOptions.Training> training =
        Optional.ofNullable(model.step() == 0 ? null : options.training());
    return new ExportDescription(
        FORMAT,
        model.network().name(),
        model.network().variant().name().toLowerCase(Locale.ROOT),
        model.network().dataFormat().name().toLowerCase(Locale.ROOT),
        model.normalization(),
        checkpoint.toString(),
        model.step(),
        model.epoch(),
        model.testAccuracy(),
        model.data(),
        model.dataChecksum(),
        training.map(ExportOptions.Training::run).orElse(null),
        training.map(ExportOptions.Training::recipe).orElse(null),
        training.map(ExportOptions.Training::project).orElse(null),
        options.precision().name().toLowerCase(Locale.ROOT),
        options.convolutions().name().toLowerCase(Locale.ROOT),
        options.calibration(),
        maxAbsDifference,
        fingerprint,
        revisionOfBuild(),
        TensorFlow.version());
  }

  /** Returns what the build wrote down. */
  private static String revisionOfBuild() {
    Properties build = new Properties();
    try (InputStream in = ExportDescription.class.getResourceAsStream("build.properties")) {
      build.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String revision = build.getProperty("revision");
    return revision.equals("unknown") ? null : revision;
  }

  void write(Path folder) throws IOException {
    Files.writeString(
        new SavedModelFolder(folder).description(), JSON.writeValueAsString(this) + "\n");
  }
}
