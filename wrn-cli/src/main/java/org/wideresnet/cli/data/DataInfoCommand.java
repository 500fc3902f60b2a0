package org.wideresnet.cli.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.wideresnet.cli.options.DataOptions;
import org.wideresnet.cli.terminal.Report;
import org.wideresnet.cli.terminal.Terminal;
import org.wideresnet.data.files.CifarDataset;
import org.wideresnet.data.files.ImageStatistics;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Help.Column;
import picocli.CommandLine.Help.Column.Overflow;
import picocli.CommandLine.Help.TextTable;
import picocli.CommandLine.Mixin;

/** {@code wrn data info}: what is in a data set. */
@Command(
    name = "info",
    description = "Shows a data set's files, classes, class balance, mean and deviation.")
final class DataInfoCommand implements Callable<Integer> {
  private static final int LABEL = 11;

  @Mixin private DataOptions data;
  @Mixin private Report report;

  /** What is reported; mean and deviation are null where there are no training images. */
  private record Result(
      String name,
      String dir,
      List<String> classNames,
      int trainImages,
      int testImages,
      List<Integer> trainClassCounts,
      List<Integer> testClassCounts,
      float[] channelMean,
      float[] channelStd) {}

  @Override
  public Integer call() throws IOException {
    CifarDataset dataset = data.openTest(report);
    boolean training = !dataset.trainFiles().isEmpty();
    ImageStatistics statistics = training ? ImageStatistics.of(dataset) : null;
    Result result =
        new Result(
            dataset.name(),
            dataset.testFiles().get(0).getParent().toString(),
            dataset.classNames(),
            dataset.trainExamples(),
            dataset.testExamples(),
            dataset.trainClassCounts(),
            dataset.testClassCounts(),
            training ? statistics.channelMean() : null,
            training ? statistics.channelStd() : null);
    print(dataset, result);
    report.result(result);
    return 0;
  }

  private void print(CifarDataset dataset, Result result) {
    int width = Terminal.columns();
    TextTable table =
        TextTable.forColumns(
            Help.defaultColorScheme(Ansi.OFF),
            new Column(LABEL, 0, Overflow.SPAN),
            new Column(width - LABEL, 0, Overflow.WRAP));
    table.addRowValues("name", result.name());
    table.addRowValues("folder", result.dir());
    table.addRowValues(
        "training",
        dataset.trainFiles().isEmpty()
            ? "none, or not all of its files; \"%s data verify\" tells"
                .formatted(Terminal.invocation())
            : images(result.trainClassCounts(), dataset.trainFiles()));
    table.addRowValues("test", images(result.testClassCounts(), dataset.testFiles()));
    table.addRowValues(
        "classes", result.classNames().size() + ": " + String.join(", ", result.classNames()));
    if (result.channelMean() != null) {
      table.addRowValues("mean", channels(result.channelMean()) + ", red, green and blue, of 255");
      table.addRowValues("deviation", channels(result.channelStd()));
    }
    report.note(table.toString().stripTrailing());
    if (!new ClassBalance(result.trainClassCounts()).isEven()
        || !new ClassBalance(result.testClassCounts()).isEven()) {
      printClasses(result);
    }
  }

  private static String images(List<Integer> classCounts, List<Path> files) {
    Path first = files.get(0).getFileName();
    Path last = files.get(files.size() - 1).getFileName();
    return String.format(
        Locale.ROOT,
        "%,d images, %s of each class, in %s",
        classCounts.stream().mapToInt(Integer::intValue).sum(),
        new ClassBalance(classCounts).text(),
        files.size() == 1 ? first : first + " to " + last);
  }

  private static String channels(float[] values) {
    return String.format(Locale.ROOT, "%.3f %.3f %.3f", values[0], values[1], values[2]);
  }

  private void printClasses(Result result) {
    String format = "%9s  %9s  %s";
    report.text().println();
    report.note(format.formatted("training", "test", "class"));
    for (int label = 0; label < result.classNames().size(); label++) {
      report.note(
          format.formatted(
              count(result.trainClassCounts().get(label)),
              count(result.testClassCounts().get(label)),
              result.classNames().get(label)));
    }
  }

  private static String count(int images) {
    return String.format(Locale.ROOT, "%,d", images);
  }
}
