package org.wideresnet.export;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.wideresnet.model.Normalization;
import org.wideresnet.model.Weight;
import org.wideresnet.model.WideResNet;
import org.wideresnet.model.weights.ModelDescription;

/** What a user of an export should know of it, in Markdown. */
final class ModelCard {
  /** Where it is, in the folder of a version. */
  static final String FILE = "assets.extra/MODEL_CARD.md";

  private static final String TEMPLATE =
      """
      # %s on %s

      | | |
      |---|---|
      | network | %s, variant `%s`, %,d weights |
      | input | pictures of 32x32 pixels in three colours; of others the central square is scaled to that size; %s |
      | classes | %s |
      | data | %s |
      | training | %s |
      | accuracy | %s |
      | calibration | %s |
      | numbers | convolutions in %s, %s |
      | check | probabilities differ from those of the checkpoint by %.1e at most |
      | fingerprint | `%s` |
      | exported by | revision `%s`, TensorFlow %s |

      ## Recipe

      %s

      ## Limits

      - It knows these classes only, and calls every picture one of them, also one that shows none.
      - It sees the central square of a picture, at 32x32 pixels; what is small or outside gets lost.
      - Its probabilities hold for pictures like those it was trained on.
      - Nothing was measured but what stands here: not how it copes with noise, blur or other
        changes, nor with pictures that were made to mislead it.
      """;

  private ModelCard() {}

  /** Writes the card. */
  static void write(Path folder, ModelDescription model, ExportDescription export)
      throws IOException {
    long weights =
        WideResNet.of(model.network()).weights().stream()
            .map(Weight::shape)
            .mapToLong(shape -> shape.size())
            .sum();
    Files.writeString(
        folder.resolve(FILE),
        String.format(
            Locale.ROOT,
            TEMPLATE,
            export.model(),
            or(export.data(), "unknown data"),
            export.model(),
            export.variant(),
            weights,
            normalization(model.normalization()),
            String.join(", ", model.classNames()),
            export.data() == null
                ? "not known; the weights come from elsewhere"
                : "`%s`, SHA-256 `%s`".formatted(export.data(), export.dataChecksum()),
            String.format(Locale.ROOT, "%,d steps, %,d epochs", export.step(), export.epoch())
                + (export.run() == null
                    ? ""
                    : ", run `%s`, version %s".formatted(export.run(), export.project())),
            export.testAccuracy() == null
                ? "not measured"
                : String.format(
                    Locale.ROOT, "%.2f %% of the test set", 100 * export.testAccuracy()),
            calibration(export.calibration()),
            export.precision(),
            export.convolutions(),
            export.maxAbsDifference(),
            export.fingerprint(),
            or(export.revision(), "unknown"),
            export.tensorflow(),
            export.recipe() == null
                ? "Not known."
                : "```yaml\n%s\n```".formatted(export.recipe().strip())));
  }

  private static String or(String value, String other) {
    return Optional.ofNullable(value).orElse(other);
  }

  private static String normalization(Normalization normalization) {
    return switch (normalization.kind()) {
      case NONE -> "used as they are";
      case CHANNEL ->
          "normalised by the means %s and standard deviations %s of the colours"
              .formatted(normalization.mean(), normalization.std());
      case PIXEL -> "normalised by a mean and a standard deviation for each value";
    };
  }

  private static String calibration(Calibration calibration) {
    return calibration == null
        ? "none"
        : String.format(
            Locale.ROOT,
            "temperature %.3f, fitted on %,d validation images; expected calibration error there %.4f before, %.4f after",
            calibration.temperature(),
            calibration.images(),
            calibration.eceBefore(),
            calibration.eceAfter());
  }
}
