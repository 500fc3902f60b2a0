package org.wideresnet.cli;

import java.io.IOException;
import java.nio.file.Path;
import org.wideresnet.data.CifarDataset;
import org.wideresnet.data.CifarFiles;
import org.wideresnet.export.ExportOptions;
import org.wideresnet.export.ImageClassifier;
import org.wideresnet.export.Prediction;
import org.wideresnet.export.SavedModelExporter;
import org.wideresnet.model.Variant;
import org.wideresnet.train.Recipe;
import org.wideresnet.train.RunConfig;
import org.wideresnet.train.TrainingListener;
import org.wideresnet.train.TrainingOptions;
import org.wideresnet.train.TrainingPlan;
import org.wideresnet.train.TrainingRun;

/** The Java code of README.md, which thereby compiles. */
final class ReadmeExample {
  private ReadmeExample() {}

  static void run() throws IOException {
    CifarDataset data = CifarFiles.ofThisMachine().open("generated", null);
    Recipe recipe =
        Recipe.load("quick").toBuilder().model("wrn-10-1").variant(Variant.PAPER).build();
    TrainingPlan plan = TrainingPlan.of(recipe, data, 0, TrainingOptions.DEFAULTS);
    Path folder = data.trainFiles().get(0).getParent();
    try (TrainingRun run = TrainingRun.create(Path.of("runs/first"), plan, folder)) {
      RunConfig.Result result = run.train(TrainingListener.SILENT).orElseThrow();
      Path checkpoint = run.directory().checkpoints().path(result.steps());
      SavedModelExporter.export(checkpoint, Path.of("models/first"), ExportOptions.DEFAULT);
    }
    try (ImageClassifier classifier = ImageClassifier.load(Path.of("models/first"))) {
      Prediction best = classifier.classify(Path.of("picture.png"), 5).get(0);
      System.out.println(best.label() + " " + best.probability());
    }
  }
}
