package org.wideresnet.cli.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.wideresnet.cli.terminal.Report;
import org.wideresnet.data.CifarFiles;
import org.wideresnet.data.files.CifarDataset;
import org.wideresnet.data.generate.GeneratedCifar;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code wrn data generate}: a data set that is drawn. */
@Command(
    name = "generate",
    description = "Draws a data set of coloured figures, for trials where CIFAR is not at hand.")
final class DataGenerateCommand implements Callable<Integer> {
  @Option(
      names = "--classes",
      paramLabel = "10|100",
      defaultValue = "10",
      description = "Number of classes (default: ${DEFAULT-VALUE}).")
  private int classes;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "Decides every image (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--train-images",
      paramLabel = "N",
      description = "Images to train on (default: 10,000, with 100 classes 20,000).")
  private Integer trainImages;

  @Option(
      names = "--test-images",
      paramLabel = "N",
      description = "Images to test on (default: 2,000, with 100 classes 4,000).")
  private Integer testImages;

  @Option(
      names = "--to",
      paramLabel = "DIR",
      description = "Where the data set gets a folder of its own (default: ~/.cache/wrn).")
  private Path to;

  @Mixin private Report report;

  @Override
  public Integer call() throws IOException {
    GeneratedCifar usual = classes == 100 ? GeneratedCifar.HUNDRED : GeneratedCifar.TEN;
    GeneratedCifar drawn =
        new GeneratedCifar(
            classes,
            seed,
            trainImages == null ? usual.trainImages() : trainImages,
            testImages == null ? usual.testImages() : testImages);
    Path parent = to == null ? CifarFiles.ofThisMachine().cache() : to;
    CifarDataset dataset = drawn.open(parent);
    ReadyData ready = ReadyData.of(dataset);
    if (!Path.of(ready.dir()).equals(parent.resolve(drawn.folderName()))) {
      throw new IllegalArgumentException(
          "--to %s is the folder of a data set; name the one that the new data set's folder goes to."
              .formatted(to));
    }
    String options = "--data " + dataset.name();
    if (to != null || !drawn.equals(usual)) {
      options += " --data-dir " + ready.dir();
    }
    ready.print(report, options);
    report.result(ready);
    return 0;
  }
}
