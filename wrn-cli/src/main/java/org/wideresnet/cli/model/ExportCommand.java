package org.wideresnet.cli.model;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.wideresnet.cli.options.DataOptions;
import org.wideresnet.cli.options.PrecisionOption;
import org.wideresnet.cli.options.RunOptions;
import org.wideresnet.cli.terminal.Report;
import org.wideresnet.data.files.CifarDataset;
import org.wideresnet.export.Calibration;
import org.wideresnet.export.ExportOptions;
import org.wideresnet.export.ExportedModel;
import org.wideresnet.export.SavedModelExporter;
import org.wideresnet.model.Precision;
import org.wideresnet.model.convolution.ConvolutionAlgorithm;
import org.wideresnet.train.device.Devices;
import org.wideresnet.train.metrics.RunCalibration;
import org.wideresnet.train.run.RunConfig;
import org.wideresnet.train.run.RunDirectory;
import org.wideresnet.train.run.RunExport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code wrn export}: a SavedModel of a checkpoint. */
@Command(
    name = "export",
    description =
        "Writes a run as a SavedModel for TensorFlow Serving, Java and Python, and compares it "
            + "with the checkpoint.",
    footerHeading = "%nExample:%n",
    footer = {"  ${ROOT-COMMAND-NAME} export --run-dir runs/first --to models/first"})
public final class ExportCommand implements Callable<Integer> {
  @Mixin private RunOptions run;

  @Option(
      names = "--to",
      paramLabel = "DIR",
      required = true,
      description = "The folder of the model's versions.")
  private Path to;

  @Option(
      names = "--version",
      paramLabel = "N",
      description = "The number of this version (default: the next that is free).")
  private Long version;

  @Option(
      names = "--keep",
      paramLabel = "N",
      defaultValue = "0",
      description = "How many versions stay, counting this one (default: all).")
  private int keep;

  @Option(
      names = "--calibrate",
      description =
          "Divide the logits by a temperature, fitted on the validation split of the run, so that"
              + " probabilities say how often the network is right.")
  private boolean calibrate;

  @Option(
      names = "--convolutions",
      paramLabel = "direct|winograd",
      defaultValue = "direct",
      description =
          "How 3x3 convolutions of 128 channels and more are computed; winograd is for CPUs and "
              + "fp32, rounds differently, and needs four times the memory for their kernels "
              + "(default: direct).")
  private ConvolutionAlgorithm convolutions;

  @Mixin private PrecisionOption precisionOption;
  @Mixin private DataOptions data;
  @Mixin private Report report;

  private record Result(@JsonUnwrapped ExportedModel model, Calibration calibration) {}

  @Override
  public Integer call() throws IOException {
    Precision precision = precisionOption.precision(Precision.FP32, Devices::ofThisMachine);
    if (precision == Precision.BF16 && !PrecisionOption.isFast(precision)) {
      report.warn(
          "This processor has no instructions for bf16: the export will be many times slower here than one in fp32.");
    }
    RunDirectory directory = run.run();
    Path checkpoint = run.checkpoint(directory);
    ExportOptions options =
        new ExportOptions(
            version, keep, precision, convolutions, null, RunExport.training(directory));
    if (calibrate) {
      CifarDataset dataset = data.or(RunConfig.read(directory.runJson()).data()).open(report);
      Calibration calibration = RunCalibration.fit(directory, checkpoint, dataset);
      report.note(
          String.format(
              Locale.ROOT,
              "Temperature %.3f: expected calibration error on %,d validation images %.4f before, %.4f after",
              calibration.temperature(),
              calibration.images(),
              calibration.eceBefore(),
              calibration.eceAfter()));
      options = options.with(calibration);
    }
    ExportOptions chosen = options;
    ExportedModel model =
        report.busy(
            "Writing the model and comparing it with the checkpoint",
            () -> SavedModelExporter.export(checkpoint, to, chosen));
    report
        .text()
        .println(
            String.format(
                Locale.ROOT,
                "Exported version %d to %s (%.1f MB); its probabilities differ from the checkpoint's by at most %.1e.%nFingerprint %s",
                model.version(),
                model.folder(),
                model.bytes() / 1e6,
                model.maxAbsDifference(),
                model.fingerprint()));
    report.result(new Result(model, options.calibration()));
    return 0;
  }
}
