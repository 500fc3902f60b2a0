package org.wideresnet.cli.data;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.wideresnet.cli.options.DataOptions;
import org.wideresnet.cli.terminal.Failures;
import org.wideresnet.cli.terminal.Report;
import org.wideresnet.data.files.CifarDataset;
import org.wideresnet.data.files.CifarVerification;
import org.wideresnet.data.files.CifarVerification.FileReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code wrn data verify}: whether the files are what they should be. */
@Command(
    name = "verify",
    description =
        "Checks the size and the labels of each file, and whether it is the one that the authors "
            + "of CIFAR publish; exit code 2 if a file is broken, missing or altered.")
final class DataVerifyCommand implements Callable<Integer> {
  private static final List<String> MEANINGS =
      List.of(
          "official: in order, and byte for byte the file that CIFAR's authors publish",
          "altered: in order, but not byte for byte the file that CIFAR's authors publish",
          "unknown: in order; there is no published file to compare it with");

  @Mixin private DataOptions data;
  @Mixin private Report report;

  private record Result(String name, String dir, List<Row> files) {}

  /**
   * The findings about a file.
   *
   * @param verdict official, altered or unknown; broken or missing where it is not in order
   * @param problem what is wrong then; else null
   */
  private record Row(
      String file,
      int images,
      List<Integer> classCounts,
      String md5,
      String verdict,
      String problem) {

    /** Returns whether the file is in order, and the official one where it stands for that. */
    boolean isGood() {
      return problem == null && !verdict.equals("altered");
    }

    static Row of(FileReport file) {
      boolean good = file.problem().isEmpty();
      String verdict = Files.exists(file.file()) ? "broken" : "missing";
      return new Row(
          file.file().getFileName().toString(),
          file.records(),
          file.classCounts(),
          file.md5(),
          good ? file.verdict().name().toLowerCase(Locale.ROOT) : verdict,
          good ? null : file.problem());
    }
  }

  @Override
  public Integer call() throws IOException {
    CifarDataset dataset = data.openUnchecked(report);
    List<Row> rows = CifarVerification.verify(dataset).stream().map(Row::of).toList();
    String dir = dataset.testFiles().get(0).getParent().toString();
    report.note("%s in %s".formatted(dataset.name(), dir));
    print(rows);
    if (dataset.trainFiles().isEmpty()) {
      report.note("There are no training files: that is enough to evaluate, not to train.");
    }
    int training = dataset.trainFiles().size();
    warn("training set", rows.subList(0, training), dataset.classNames());
    warn("test set", rows.subList(training, rows.size()), dataset.classNames());
    report.result(new Result(dataset.name(), dir, rows));
    return rows.stream().allMatch(Row::isGood) ? 0 : Failures.WRONG_INPUT;
  }

  private void print(List<Row> rows) {
    List<String[]> lines = new ArrayList<>();
    lines.add(new String[] {"file", "images", "of each class", "verdict"});
    for (Row row : rows) {
      boolean good = row.problem() == null;
      lines.add(
          new String[] {
            row.file(),
            good ? String.format(Locale.ROOT, "%,d", row.images()) : "-",
            good ? new ClassBalance(row.classCounts()).text() : "-",
            row.verdict()
          });
    }
    int width = lines.stream().mapToInt(line -> line[0].length()).max().orElse(1);
    for (String[] line : lines) {
      report.note(("%-" + width + "s  %9s  %14s  %s").formatted((Object[]) line));
    }
    MEANINGS.stream()
        .filter(line -> rows.stream().anyMatch(row -> line.startsWith(row.verdict() + ":")))
        .forEach(report::note);
  }

  /** Says what is wrong with the files of a set, or which classes it has no image of. */
  private void warn(String set, List<Row> rows, List<String> classNames) {
    List<Row> bad = rows.stream().filter(row -> row.problem() != null).toList();
    bad.forEach(row -> report.warn(row.problem()));
    if (rows.isEmpty() || !bad.isEmpty()) {
      return;
    }
    ClassBalance.sum(rows.stream().map(Row::classCounts).toList())
        .gap(set, classNames)
        .ifPresent(report::warn);
  }
}
