package org.wideresnet.cli.data;

import java.util.Locale;
import org.wideresnet.cli.terminal.Report;
import org.wideresnet.cli.terminal.Terminal;
import org.wideresnet.data.files.CifarDataset;

/**
 * A data set that a command has put somewhere.
 *
 * @param dir its folder
 */
record ReadyData(String dir, int classes, int trainImages, int testImages) {

  static ReadyData of(CifarDataset dataset) {
    return new ReadyData(
        dataset.testFiles().get(0).getParent().toString(),
        dataset.layout().classes(),
        dataset.trainExamples(),
        dataset.testExamples());
  }

  /**
   * Says where it is and what to do with it.
   *
   * @param options those that name it on a command line
   */
  void print(Report report, String options) {
    report.note(
        String.format(
            Locale.ROOT,
            """
            %,d training and %,d test images of %d classes are in %s
            Next:
              %5$s data preview %6$s
              %5$s train %6$s""",
            trainImages,
            testImages,
            classes,
            dir,
            Terminal.invocation(),
            options));
  }
}
