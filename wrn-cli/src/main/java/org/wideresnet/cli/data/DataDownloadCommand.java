package org.wideresnet.cli.data;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.wideresnet.cli.terminal.Report;
import org.wideresnet.cli.terminal.Terminal;
import org.wideresnet.data.CifarFiles;
import org.wideresnet.data.files.CifarDownload;
import org.wideresnet.data.files.OfficialCifar;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code wrn data download}: the official archives. */
@Command(
    name = "download",
    description =
        "Fetches CIFAR-10 or CIFAR-100 and checks it; goes on where an interrupted download ended.")
final class DataDownloadCommand implements Callable<Integer> {
  @Option(
      names = "--data",
      paramLabel = "cifar10|cifar100",
      defaultValue = "cifar10",
      description = "Which one (default: ${DEFAULT-VALUE}).")
  private OfficialCifar kind;

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description = "Where its folder goes (default: $WRN_DATA_DIR or ~/.cache/wrn).")
  private Path directory;

  @Option(
      names = "--from",
      paramLabel = "URL",
      description = "Another place that has the official archives (default: their authors').")
  private URI from = CifarDownload.OFFICIAL;

  @Mixin private Report report;

  @Override
  public Integer call() throws IOException {
    CifarFiles files = CifarFiles.ofThisMachine();
    Path target = files.directory(directory);
    if (Files.exists(target) && !Files.isDirectory(target)) {
      throw new IllegalArgumentException(
          "%s is a file; --data-dir must name a folder, which need not exist.".formatted(target));
    }
    CifarDownload download = new CifarDownload(base(), Duration.ofMinutes(1));
    Path folder;
    try (DownloadProgress progress =
        new DownloadProgress(report.err(), Terminal.progressColumns())) {
      folder = download.download(kind, target, progress);
    }
    String name = kind.name().toLowerCase(Locale.ROOT);
    ReadyData ready = ReadyData.of(files.open(name, folder));
    ready.print(report, "--data " + name + (directory == null ? "" : " --data-dir " + directory));
    report.result(ready);
    return 0;
  }

  private URI base() {
    if (from.getHost() == null || from.getScheme() == null || !from.getScheme().matches("https?")) {
      throw new IllegalArgumentException(
          "--from is %s; it must be an address that starts with https:// or http://."
              .formatted(from));
    }
    return from.toString().endsWith("/") ? from : URI.create(from + "/");
  }
}
