package org.wideresnet.cli.data;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.wideresnet.cli.terminal.Report;
import org.wideresnet.data.CifarFiles;
import org.wideresnet.data.picture.CifarImport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code wrn data import}: a data set of one's own pictures. */
@Command(
    name = "import",
    description =
        "Makes a data set of PNG and JPEG pictures: the centre of each, scaled to 32x32 pixels.",
    footerHeading = "%nExample:%n",
    footer = {
      "  ${ROOT-COMMAND-NAME} data import --from photos --to pictures",
      "  ${ROOT-COMMAND-NAME} train --data pictures --model wrn-16-2 --weights runs/first"
    })
final class DataImportCommand implements Callable<Integer> {
  @Option(
      names = "--from",
      paramLabel = "FOLDER",
      required = true,
      description = "The pictures: a folder with one folder a class.")
  private Path from;

  @Option(
      names = "--to",
      paramLabel = "FOLDER",
      required = true,
      description = "The data set: a folder that does not exist yet.")
  private Path to;

  @Option(
      names = "--test-share",
      paramLabel = "P",
      defaultValue = "0.2",
      description = "Share of each class that becomes the test set (default: ${DEFAULT-VALUE}).")
  private double testShare;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Decides which pictures those are (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Mixin private Report report;

  private record Result(@JsonUnwrapped ReadyData data, List<String> skipped) {}

  @Override
  public Integer call() throws IOException {
    CifarImport.Result imported = CifarImport.run(from, to, testShare, seed);
    imported.skipped().forEach(reason -> report.warn("Left out: " + reason));
    ReadyData ready = ReadyData.of(imported.dataset());
    ready.print(report, "--data " + (CifarFiles.NAMES.contains(to.toString()) ? "./" : "") + to);
    report.result(new Result(ready, imported.skipped()));
    return 0;
  }
}
