package org.wideresnet.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.wideresnet.export.ExportOptions;
import org.wideresnet.export.ImageClassifier;
import org.wideresnet.export.Prediction;
import org.wideresnet.export.SavedModelExporter;
import org.wideresnet.train.RunDirectory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code wrn predict}: what is on a picture. */
@Command(name = "predict", description = "Says what is on pictures.")
final class PredictCommand implements Callable<Integer> {
  /** Where a run keeps its own SavedModel. */
  static final String SAVED_MODEL = "saved-model";

  @Parameters(arity = "1..*", paramLabel = "IMAGE", description = "PNG or JPEG files of any size.")
  private List<Path> images;

  @Option(
      names = "--run-dir",
      paramLabel = "DIR",
      description = "The run whose network to ask (default: the newest in runs).")
  private Path runDir;

  @Option(
      names = "--saved-model",
      paramLabel = "DIR",
      description = "The exported model to ask, instead of a run.")
  private Path savedModel;

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
    if (runDir != null && savedModel != null) {
      throw new IllegalArgumentException(
          "--run-dir and --saved-model both name a network; give one of them.");
    }
    if (top < 1) {
      throw new IllegalArgumentException("--top is %d; it must be 1 or more.".formatted(top));
    }
    List<Picture> pictures = new ArrayList<>();
    try (ImageClassifier classifier = ImageClassifier.load(model())) {
      for (Path image : images) {
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

  /** A run that was interrupted has checkpoints, but no SavedModel yet. */
  private Path model() throws IOException {
    if (savedModel != null) {
      return savedModel;
    }
    RunOptions options = new RunOptions(runDir);
    RunDirectory run = options.run();
    Path model = run.path().resolve(SAVED_MODEL);
    if (!Files.exists(model)) {
      SavedModelExporter.export(options.checkpoint(run), model, ExportOptions.DEFAULT);
    }
    return model;
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
