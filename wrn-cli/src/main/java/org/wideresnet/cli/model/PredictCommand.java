package org.wideresnet.cli.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.wideresnet.cli.options.SavedModelOptions;
import org.wideresnet.cli.terminal.Failures;
import org.wideresnet.cli.terminal.Report;
import org.wideresnet.export.ImageClassifier;
import org.wideresnet.export.Prediction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code wrn predict}: what is on a picture. */
@Command(
    name = "predict",
    description = "Says what is on pictures.",
    footerHeading = "%nExample:%n",
    footer = {
      "  ${ROOT-COMMAND-NAME} predict photo.png",
      "  ${ROOT-COMMAND-NAME} predict photo.png --run-dir runs/first --top 3"
    })
public final class PredictCommand implements Callable<Integer> {
  @Parameters(arity = "1..*", paramLabel = "IMAGE", description = "PNG or JPEG files of any size.")
  private List<Path> images;

  @Mixin private SavedModelOptions model;

  @Option(
      names = "--top",
      paramLabel = "N",
      defaultValue = "5",
      description = "How many classes to show (default: ${DEFAULT-VALUE}).")
  private int top;

  @Mixin private Report report;

  private record Result(List<Picture> predictions) {}

  private record Picture(String file, List<Prediction> top) {}

  @Override
  public Integer call() throws IOException {
    if (top < 1) {
      throw new IllegalArgumentException("--top is %d; it must be 1 or more.".formatted(top));
    }
    List<Picture> pictures = new ArrayList<>();
    try (ImageClassifier classifier =
        ImageClassifier.load(model.folder(report::warn), model.trusted())) {
      for (Path image : images) {
        if (Files.isDirectory(image)) {
          report.warn(
              "%s is a folder; name the pictures in it, as in %s/*.png.".formatted(image, image));
          continue;
        }
        try {
          Picture picture = new Picture(image.toString(), classifier.classify(image, top));
          pictures.add(picture);
          print(picture);
        } catch (IllegalArgumentException | IOException e) {
          report.warn(Failures.sentence(e));
        }
      }
    }
    report.result(new Result(pictures));
    return pictures.size() == images.size() ? 0 : Failures.WRONG_INPUT;
  }

  private void print(Picture picture) {
    if (images.size() > 1) {
      report.text().println(picture.file());
    }
    int width = picture.top().stream().mapToInt(p -> p.label().length()).max().orElse(1);
    for (Prediction prediction : picture.top()) {
      report
          .text()
          .println(
              String.format(
                  Locale.ROOT,
                  "  %-" + width + "s  %6.2f %%",
                  prediction.label(),
                  100 * prediction.probability()));
    }
  }
}
