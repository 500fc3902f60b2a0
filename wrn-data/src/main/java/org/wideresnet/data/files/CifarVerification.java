package org.wideresnet.data.files;

import com.google.common.collect.Iterables;
import com.google.common.hash.Hashing;
import com.google.common.io.MoreFiles;
import com.google.common.primitives.Ints;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Says of each file of a data set what it holds and whether it is the official one. */
public final class CifarVerification {

  /** What the checksum of a file says. */
  public enum Verdict {
    /** Byte for byte the official file. */
    OFFICIAL,
    /** In the place of an official file, but with other bytes. */
    ALTERED,
    /** There is no official file to compare with. */
    UNKNOWN
  }

  /**
   * The findings about one file.
   *
   * @param file the file
   * @param problem what is wrong with it, in a sentence; empty where it is in order
   * @param records the number of its records; 0 where it is not in order
   * @param classCounts the number of its records of each class; empty where it is not in order
   * @param md5 its MD5, in hexadecimal; empty where there is no file
   * @param verdict what the MD5 says
   */
  public record FileReport(
      Path file,
      String problem,
      int records,
      List<Integer> classCounts,
      String md5,
      Verdict verdict) {}

  private CifarVerification() {}

  /**
   * Verifies each file of a data set, training files first. A file of one that was opened as an
   * official data set is official or altered; in any other data set a file is official if it is a
   * copy of an official one, else unknown.
   *
   * @param dataset the data set, from {@code CifarFiles.openUnchecked}
   * @throws IOException if a file cannot be read
   */
  public static List<FileReport> verify(CifarDataset dataset) throws IOException {
    List<FileReport> reports = new ArrayList<>();
    for (Path file : Iterables.concat(dataset.trainFiles(), dataset.testFiles())) {
      reports.add(report(dataset, file));
    }
    return reports;
  }

  private static FileReport report(CifarDataset dataset, Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      return new FileReport(file, file + " is missing.", 0, List.of(), "", Verdict.UNKNOWN);
    }
    String md5 = md5(file);
    Verdict verdict = verdict(dataset, file, md5);
    try {
      int[] counts = new RecordFile(file, dataset.layout()).labelCounts();
      return new FileReport(
          file, "", Arrays.stream(counts).sum(), Ints.asList(counts), md5, verdict);
    } catch (IllegalArgumentException e) {
      return new FileReport(file, e.getMessage(), 0, List.of(), md5, verdict);
    }
  }

  private static Verdict verdict(CifarDataset dataset, Path file, String md5) {
    OfficialCifar kind =
        dataset.layout().labelBytes() == 1 ? OfficialCifar.CIFAR10 : OfficialCifar.CIFAR100;
    if (md5.equals(kind.md5().get(file.getFileName().toString()))) {
      return Verdict.OFFICIAL;
    }
    return dataset.openedAs().isPresent() ? Verdict.ALTERED : Verdict.UNKNOWN;
  }

  @SuppressWarnings("deprecation") // The official files are known by their MD5.
  private static String md5(Path file) throws IOException {
    return MoreFiles.asByteSource(file).hash(Hashing.md5()).toString();
  }
}
