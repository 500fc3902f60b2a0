package org.wideresnet.train;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.google.protobuf.ByteString;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.time.OffsetDateTime;
import org.tensorflow.proto.Summary;
import org.wideresnet.data.augment.AugmentedImages;
import org.wideresnet.data.files.CifarDataset;
import org.wideresnet.data.files.LabelledImages;
import org.wideresnet.data.picture.PreviewGrid;
import org.wideresnet.model.variables.Sessions;
import org.wideresnet.train.report.HyperParameters;
import org.wideresnet.train.report.Png;

/** What TensorBoard shows of a run before its first epoch: settings, and augmented images. */
final class StartSummary {
  private static final int IMAGES = 20;
  private static final int COLUMNS = 10;
  private static final int RGB = 3;

  private StartSummary() {}

  /**
   * Returns the summary.
   *
   * @throws IOException if {@code run.json} or the first images cannot be read
   */
  static Summary summary(TrainingRun run) throws IOException {
    double seconds = OffsetDateTime.parse(run.config().started()).toEpochSecond();
    return Summary.newBuilder()
        .addValue(
            HyperParameters.of(
                new JsonMapper().readTree(run.directory().runJson().toFile()), seconds))
        .addValue(
            Summary.Value.newBuilder().setTag("augmentation").setImage(image(sheet(run.plan()))))
        .build();
  }

  /** Draws the first training images, and below each what the augmentation makes of it. */
  private static BufferedImage sheet(TrainingPlan plan) throws IOException {
    CifarDataset data = plan.data();
    LabelledImages images = LabelledImages.firstOf(data.trainFiles(), data.layout(), IMAGES);
    return PreviewGrid.drawPairs(
        images,
        AugmentedImages.of(images, plan.augmentation(), plan.options().seed(), Sessions::open),
        plan.recipe().augment(),
        data.classNames(),
        COLUMNS);
  }

  private static Summary.Image image(BufferedImage picture) throws IOException {
    return Summary.Image.newBuilder()
        .setWidth(picture.getWidth())
        .setHeight(picture.getHeight())
        .setColorspace(RGB)
        .setEncodedImageString(ByteString.copyFrom(Png.bytes(picture)))
        .build();
  }
}
