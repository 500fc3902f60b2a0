package org.wideresnet.cli.data;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.wideresnet.cli.options.DataOptions;
import org.wideresnet.cli.terminal.Report;
import org.wideresnet.data.augment.Augmentation;
import org.wideresnet.data.augment.AugmentedImages;
import org.wideresnet.data.files.CifarDataset;
import org.wideresnet.data.files.ImageStatistics;
import org.wideresnet.data.files.LabelledImages;
import org.wideresnet.data.picture.PreviewGrid;
import org.wideresnet.model.variables.Sessions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code wrn data preview}: a look at the images. */
@Command(
    name = "preview",
    description = "Draws the first images with their classes, before and after an augmentation.")
final class DataPreviewCommand implements Callable<Integer> {
  private static final int COLUMNS = 10;
  private static final int MOST = 1_000;

  @Mixin private DataOptions data;

  @Option(
      names = "--to",
      paramLabel = "FILE",
      defaultValue = "preview.png",
      description = "The picture, a .png (default: ${DEFAULT-VALUE}).")
  private Path to;

  @Option(
      names = "--augment",
      paramLabel = "NAME",
      defaultValue = "none",
      description = "none, flip-crop or keras, each also with +cutout (default: ${DEFAULT-VALUE}).")
  private String augment;

  @Option(
      names = "--count",
      paramLabel = "N",
      defaultValue = "20",
      description = "How many images (default: ${DEFAULT-VALUE}).")
  private int count;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Decides how they are augmented (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Mixin private Report report;

  private record Result(String file, int images, String augmentation) {}

  @Override
  public Integer call() throws IOException {
    Augmentation augmentation = Augmentation.parse(augment);
    if (!to.toString().toLowerCase(Locale.ROOT).endsWith(".png")) {
      throw new IllegalArgumentException("--to is %s; its name must end in .png.".formatted(to));
    }
    if (count < 1 || count > MOST) {
      throw new IllegalArgumentException(
          "--count is %d; it must be 1 to %d.".formatted(count, MOST));
    }
    CifarDataset dataset = data.openTest(report);
    boolean training = !dataset.trainFiles().isEmpty();
    LabelledImages images =
        LabelledImages.firstOf(
            training ? dataset.trainFiles() : dataset.testFiles(), dataset.layout(), count);
    PreviewGrid.write(draw(dataset, images, augmentation), to);
    int drawn = images.labels().length;
    report.note(
        "The first %d %s images of %s are in %s"
            .formatted(drawn, training ? "training" : "test", dataset.name(), to));
    report.result(new Result(to.toString(), drawn, augment));
    return 0;
  }

  private BufferedImage draw(CifarDataset dataset, LabelledImages images, Augmentation augmentation)
      throws IOException {
    List<String> names = dataset.classNames();
    if (augmentation.equals(Augmentation.NONE)) {
      return PreviewGrid.draw(images, names, COLUMNS);
    }
    LabelledImages after =
        AugmentedImages.of(images, filled(augmentation, dataset), seed, Sessions::open);
    return PreviewGrid.drawPairs(images, after, augment, names, COLUMNS);
  }

  /** As in training, cutout fills with the mean colour. */
  private static Augmentation filled(Augmentation augmentation, CifarDataset dataset)
      throws IOException {
    if (!augmentation.cutout() || dataset.trainFiles().isEmpty()) {
      return augmentation;
    }
    float[] mean = ImageStatistics.of(dataset).channelMean();
    return augmentation.withFill(Math.round(mean[0]), Math.round(mean[1]), Math.round(mean[2]));
  }
}
