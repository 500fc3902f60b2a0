package org.wideresnet.cli.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.wideresnet.cli.options.DataOptions;
import org.wideresnet.cli.options.DeviceOption;
import org.wideresnet.cli.options.RunOptions;
import org.wideresnet.cli.options.ShippedNetwork;
import org.wideresnet.cli.options.TrustOption;
import org.wideresnet.cli.terminal.Report;
import org.wideresnet.data.files.CifarDataset;
import org.wideresnet.export.load.ImageModel;
import org.wideresnet.model.Normalization;
import org.wideresnet.model.weights.Checkpoint;
import org.wideresnet.train.TrainingPlan;
import org.wideresnet.train.metrics.Evaluator;
import org.wideresnet.train.metrics.Metrics;
import org.wideresnet.train.report.ConfusionMatrixChart;
import org.wideresnet.train.report.ReliabilityChart;
import org.wideresnet.train.run.RunConfig;
import org.wideresnet.train.run.RunDirectory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code wrn evaluate}: how good a network is on the test set. */
@Command(
    name = "evaluate",
    description = {
      "Measures a run or an exported model on the test set; where there is no run, the network that"
          + " comes with this program.",
      "The confusion matrix and the reliability diagram go to confusion-matrix.png and"
          + " reliability.png in the folder of the run, with --data to confusion-matrix-NAME.png"
          + " and reliability-NAME.png."
    },
    footerHeading = "%nExample:%n",
    footer = {
      "  ${ROOT-COMMAND-NAME} evaluate --run-dir runs/first",
      "  ${ROOT-COMMAND-NAME} evaluate --saved-model models/first --data cifar10"
    })
public final class EvaluateCommand implements Callable<Integer> {
  private static final int MOST_CONFUSED = 5;

  @Mixin private RunOptions run;

  @Option(
      names = "--saved-model",
      paramLabel = "DIR",
      description = "The exported model to measure, instead of a run.")
  private Path savedModel;

  @Option(
      names = "--normalization",
      paramLabel = "none|channel|pixel",
      description =
          "How the images of a model were normalised that does not do so itself, such as one that"
              + " Keras exported; the numbers are those of the training set.")
  private Normalization.Kind normalization;

  @Mixin private TrustOption trust;
  @Mixin private DataOptions data;
  @Mixin private DeviceOption device;
  @Mixin private Report report;

  private record Result(
      long examples, double accuracy, double top5Accuracy, double nll, double ece) {}

  @Override
  public Integer call() throws IOException {
    if (savedModel == null && normalization != null) {
      throw new IllegalArgumentException(
          "--normalization is for --saved-model; a run knows its own.");
    }
    if (savedModel != null && run.given()) {
      throw new IllegalArgumentException(
          "--run-dir and --saved-model both name a network; give one of them.");
    }
    Optional<Path> shipped =
        savedModel == null && !run.given()
            ? ShippedNetwork.insteadOfRun(report::warn)
            : Optional.empty();
    if (shipped.isPresent()) {
      evaluateSavedModel(shipped.get(), data.or("cifar10"));
    } else if (savedModel != null) {
      evaluateSavedModel(savedModel, data);
    } else {
      evaluateRun();
    }
    return 0;
  }

  private void evaluateRun() throws IOException {
    RunDirectory directory = run.run();
    Checkpoint checkpoint = Checkpoint.open(run.checkpoint(directory));
    CifarDataset dataset = data.or(RunConfig.read(directory.runJson()).data()).openTest(report);
    Metrics evaluation =
        report.busy(busy(dataset), () -> Evaluator.evaluate(checkpoint, dataset, device.present()));
    List<String> classNames = checkpoint.description().classNames();
    Path matrix = picture(directory, "confusion-matrix", dataset);
    Path reliability = picture(directory, "reliability", dataset);
    new ConfusionMatrixChart(evaluation.confusionMatrix(), classNames).write(matrix);
    new ReliabilityChart(evaluation.reliability(), evaluation.ece()).write(reliability);
    print(evaluation, dataset, classNames);
    report.note("The confusion matrix is in %s".formatted(matrix));
    report.note("The reliability diagram is in %s".formatted(reliability));
    result(evaluation);
  }

  private Path picture(RunDirectory directory, String name, CifarDataset dataset) {
    return data.given() ? directory.picture(name, dataset.name()) : directory.picture(name);
  }

  private void evaluateSavedModel(Path folder, DataOptions source) throws IOException {
    CifarDataset dataset = normalization == null ? source.openTest(report) : source.open(report);
    Optional<Normalization> numbers =
        normalization == null
            ? Optional.empty()
            : Optional.of(
                TrainingPlan.normalization(normalization, dataset, dataset.trainExamples()));
    try (ImageModel model = ImageModel.load(folder, numbers, trust.given())) {
      Metrics evaluation = report.busy(busy(dataset), () -> Evaluator.evaluate(model, dataset));
      print(evaluation, dataset, dataset.classNames());
      result(evaluation);
    }
  }

  private static String busy(CifarDataset dataset) {
    return String.format(
        Locale.ROOT, "Classifying %,d test images of %s", dataset.testExamples(), dataset.name());
  }

  private void print(Metrics evaluation, CifarDataset dataset, List<String> classNames) {
    report.note(
        String.format(
            Locale.ROOT,
            """
            %,d test images of %s
            accuracy        %6.2f %%
            top-5 accuracy  %6.2f %%
            log-likelihood  %8.4f  (mean, negative)
            calibration     %8.4f  (expected error)
            """,
            evaluation.examples(),
            dataset.name(),
            100 * evaluation.accuracy(),
            100 * evaluation.top5Accuracy(),
            evaluation.nll(),
            evaluation.ece()));
    report.note(evaluation.classTable(classNames));
    List<Metrics.Confusion> confused = evaluation.mostConfused(MOST_CONFUSED);
    if (!confused.isEmpty()) {
      report.note("most confused");
      confused.forEach(
          pair ->
              report.note(
                  String.format(
                      Locale.ROOT,
                      "%,8d  %s called %s",
                      pair.examples(),
                      classNames.get(pair.label()),
                      classNames.get(pair.predicted()))));
      report.note("");
    }
  }

  private void result(Metrics evaluation) {
    report.result(
        new Result(
            evaluation.examples(),
            evaluation.accuracy(),
            evaluation.top5Accuracy(),
            evaluation.nll(),
            evaluation.ece()));
  }
}
