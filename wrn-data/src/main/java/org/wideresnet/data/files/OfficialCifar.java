package org.wideresnet.data.files;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What is known of the two official binary distributions: the names of their files, and the sizes
 * and checksums by which the real ones are recognised.
 *
 * @see <a href="https://www.cs.toronto.edu/~kriz/cifar.html">The CIFAR data sets</a>
 */
public enum OfficialCifar {
  /** CIFAR-10: 50,000 training images in five files, 10,000 test images, one label byte. */
  CIFAR10(
      "CIFAR-10",
      "cifar-10-batches-bin",
      List.of(
          "data_batch_1.bin",
          "data_batch_2.bin",
          "data_batch_3.bin",
          "data_batch_4.bin",
          "data_batch_5.bin"),
      "test_batch.bin",
      new Archive(
          "cifar-10-binary.tar.gz",
          170_052_171,
          "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd"),
      Map.of(
          "data_batch_1.bin", "5dd7e06a14cb22eb9f671a540d1b7c25",
          "data_batch_2.bin", "5ea93a67294ea407fff1d09f752e9692",
          "data_batch_3.bin", "942cd6a4bcdd0dd3c604fbe906cb4421",
          "data_batch_4.bin", "ae636b3ba5c66a11e91e8cb52e771fcb",
          "data_batch_5.bin", "53f37980c15c3d472c316c40844f3f0d",
          "test_batch.bin", "803d5f7f4d78ea53de84dbe85f74fb6d")),

  /** CIFAR-100: 50,000 training and 10,000 test images, a coarse and a fine label byte each. */
  CIFAR100(
      "CIFAR-100",
      "cifar-100-binary",
      List.of("train.bin"),
      "test.bin",
      new Archive(
          "cifar-100-binary.tar.gz",
          168_513_733,
          "58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec"),
      Map.of(
          "train.bin", "6172c7755cfe09b2fe270c85cebc1b15",
          "test.bin", "4499cfba6c016c1be1438163640a0898"));

  /**
   * An archive that is offered for download.
   *
   * @param name its file name
   * @param bytes its size
   * @param sha256 its SHA-256, in hexadecimal
   */
  public record Archive(String name, long bytes, String sha256) {}

  private final String title;
  private final String folder;
  private final List<String> trainFiles;
  private final String testFile;
  private final Archive archive;
  private final Map<String, String> md5;

  OfficialCifar(
      String title,
      String folder,
      List<String> trainFiles,
      String testFile,
      Archive archive,
      Map<String, String> md5) {
    this.title = title;
    this.folder = folder;
    this.trainFiles = trainFiles;
    this.testFile = testFile;
    this.archive = archive;
    this.md5 = md5;
  }

  /** Returns the name people know it by: {@code CIFAR-10}. */
  public String title() {
    return title;
  }

  /** Returns the name of the folder in its archive: {@code cifar-10-batches-bin}. */
  public String folder() {
    return folder;
  }

  /** Returns the names of the training files, in order. */
  public List<String> trainFiles() {
    return trainFiles;
  }

  /** Returns the name of the test file. */
  public String testFile() {
    return testFile;
  }

  /** Returns the archive it is downloaded as. */
  public Archive archive() {
    return archive;
  }

  /** Returns the MD5 of each official file, in hexadecimal, by file name. */
  public Map<String, String> md5() {
    return md5;
  }

  /** Returns the option that selects it: {@code --data cifar10}. */
  public String option() {
    return this == CIFAR10 ? "--data cifar10" : "--data cifar100";
  }

  /**
   * Returns the official names of the 10 classes of CIFAR-10 or of the 20 coarse or 100 fine
   * classes of CIFAR-100, by label; nothing for another number of classes.
   */
  public static Optional<List<String>> classNames(int classes) {
    return Stream.of(RecordLayout.CIFAR10, RecordLayout.CIFAR100_COARSE, RecordLayout.CIFAR100_FINE)
        .filter(layout -> layout.classes() == classes)
        .findFirst()
        .map(ClassNames::official);
  }

  /** Returns the layout of its records, for the coarse labels where there are such. */
  RecordLayout layout(boolean coarse) {
    if (this == CIFAR10) {
      return RecordLayout.CIFAR10;
    }
    return coarse ? RecordLayout.CIFAR100_COARSE : RecordLayout.CIFAR100_FINE;
  }
}
