package org.wideresnet.cli.options;

import java.io.IOException;
import java.nio.file.Path;
import org.wideresnet.cli.terminal.Report;
import org.wideresnet.cli.terminal.Terminal;
import org.wideresnet.data.CifarFiles;
import org.wideresnet.data.files.CifarDataset;
import org.wideresnet.train.run.RunConfig;
import picocli.CommandLine.Option;

/** Options that name a data set. */
public final class DataOptions {
  @Option(
      names = "--data",
      paramLabel = "NAME",
      description =
          "cifar10, cifar100, cifar100-coarse, generated, generated100, a folder or a .tar.gz "
              + "(default: cifar10 where it is found, else generated).")
  private String data;

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description = "Where a named data set is (default: $WRN_DATA_DIR or ~/.cache/wrn).")
  private Path directory;

  /** Leaves the values to the command line. */
  public DataOptions() {}

  /**
   * Names a data set.
   *
   * @param directory null for the usual places
   */
  DataOptions(String data, Path directory) {
    this.data = data;
    this.directory = directory;
  }

  /** Returns whether a data set was named. */
  public boolean given() {
    return data != null;
  }

  /** Returns whether a data set or its place was named. */
  public boolean givenOrPlaced() {
    return given() || directory != null;
  }

  /** Returns the name that was given, or else of what there is; says so where it is not CIFAR. */
  public String name(Report report) {
    if (data == null) {
      data = defaultName(report);
    }
    return data;
  }

  private String defaultName(Report report) {
    if (directory != null || CifarFiles.ofThisMachine().isPresent("cifar10", null)) {
      return "cifar10";
    }
    report.warn(
        "CIFAR-10 is not on this machine, so a generated data set takes its place; \"%s data download --data cifar10\" gets the real one."
            .formatted(Terminal.invocation()));
    return "generated";
  }

  /** Opens the data set. */
  public CifarDataset open(Report report) throws IOException {
    return CifarFiles.ofThisMachine().open(name(report), directory);
  }

  /** Opens the data set, of which only the test files need to be there. */
  public CifarDataset openTest(Report report) throws IOException {
    return CifarFiles.ofThisMachine().openTest(name(report), directory);
  }

  /** Opens the data set without a look at its records. */
  public CifarDataset openUnchecked(Report report) throws IOException {
    return CifarFiles.ofThisMachine().openUnchecked(name(report), directory);
  }

  /** Returns these options if they name a data set, and else ones that name the given one. */
  public DataOptions or(String name) {
    return data == null ? new DataOptions(name, directory) : this;
  }

  /** Returns these options if they name a data set, and else that of an earlier run. */
  public DataOptions or(RunConfig.Data used) {
    if (data != null) {
      return this;
    }
    Path place =
        directory == null && used.directory() != null ? Path.of(used.directory()) : directory;
    return CifarFiles.NAMES.contains(used.name())
        ? new DataOptions(used.name(), place)
        : new DataOptions(place.toString(), null);
  }
}
