package org.wideresnet.train.report.html;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.wideresnet.train.report.html.SampleRuns.RECIPE;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HtmlReportErrorsTest {

  @TempDir Path folder;
  private Path run;

  @BeforeEach
  void writeRun() throws IOException {
    run = new SampleRuns(folder).java("run", RECIPE, 1, 0.7);
  }

  @Test
  void aRunWithoutAHistoryIsRefused() throws IOException {
    Path history = run.resolve("history.csv");
    String sentence =
        "The run " + run + " has no epoch in its history.csv; report it when one has ended.";
    Files.writeString(history, "epoch,loss\n");
    refused(sentence, run);

    Files.delete(history);
    refused(sentence, run);
  }

  @Test
  void aDamagedFileIsNamed() throws IOException {
    Files.writeString(run.resolve("parity.json"), "{}");
    refused("The file " + run.resolve("parity.json") + " does not hold an array of checks.", run);

    Files.writeString(run.resolve("run.json"), "{\n\"format\": 1,\n");
    refused("The file " + run.resolve("run.json") + " is no JSON: line 3 is damaged.", run);

    Files.writeString(run.resolve("run.json"), "");
    refused("The file " + run.resolve("run.json") + " does not hold an object.", run);
  }

  @Test
  void whatIsNoRunIsRefused() {
    refused("The folder " + folder + " is not a run directory; it holds no run.json.", folder);
    refused("There is no run to report; give the directory of one.");
  }

  @Test
  void aRunIsReportedOnce() {
    Path again = run.resolve("../run");
    refused("The run " + again + " is given twice; name every run once.", run, again);
  }

  @Test
  void aFolderIsNoPlaceForAReport() throws IOException {
    HtmlReport report = HtmlReport.of(List.of(run));

    refused(
        "The report cannot be written to %s, which is a folder; name a file, such as %s."
            .formatted(folder, folder.resolve("report.html")),
        () -> report.write(folder));
  }

  private static void refused(String message, Path... runs) {
    refused(message, () -> HtmlReport.of(List.of(runs)));
  }

  private static void refused(String message, ThrowingCallable call) {
    assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
  }
}
