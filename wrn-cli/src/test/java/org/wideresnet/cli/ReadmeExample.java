package org.wideresnet.cli;

import java.io.IOException;
import java.nio.file.Path;
import org.wideresnet.data.CifarFiles;
import org.wideresnet.data.files.CifarDataset;
import org.wideresnet.export.ExportOptions;
import org.wideresnet.export.ImageClassifier;
import org.wideresnet.export.Prediction;
import org.wideresnet.export.SavedModelExporter;
import org.wideresnet.model.Variant;
import org.wideresnet.train.TrainingListener;
import org.wideresnet.train.TrainingPlan;
import org.wideresnet.train.TrainingRun;
import org.wideresnet.train.run.RunConfig;
import org.wideresnet.train.settings.ComputeSettings;
import org.wideresnet.train.settings.Recipe;

/** The Java code of README.md, which thereby compiles. */
final class ReadmeExample {
  private ReadmeExample() {}

  static void run() throws IOException {
    CifarDataset data = CifarFiles.ofThisMachine().open("generated", null);
    Recipe recipe =
        Recipe.load("quick")
            .with("network.model", "wrn-10-1")
            .with("network.variant", Variant.PAPER);
    TrainingPlan plan = TrainingPlan.of(recipe, data, 0, ComputeSettings.DEFAULTS);
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
