package org.wideresnet.data.files;

import com.google.common.collect.Iterables;
import com.google.common.hash.Funnels;
import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import com.google.common.primitives.Ints;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * A data set in the CIFAR binary layout, found on disk and checked.
 *
 * @param name the name on the command line, such as {@code cifar10}
 * @param layout the layout of its records
 * @param classNames the names of the classes, by label
 * @param trainFiles the files of the training set, in order
 * @param testFiles the files of the test set, in order
 */
public record CifarDataset(
    String name,
    RecordLayout layout,
    List<String> classNames,
    List<Path> trainFiles,
    List<Path> testFiles) {

  /** Copies the lists, so that a data set never changes. */
  public CifarDataset {
    classNames = List.copyOf(classNames);
    trainFiles = List.copyOf(trainFiles);
    testFiles = List.copyOf(testFiles);
  }

  /**
   * Returns the number of images in the training set.
   *
   * @throws UncheckedIOException if a file cannot be read
   */
  public int trainExamples() {
    return examples(trainFiles);
  }

  /**
   * Returns the number of images in the test set.
   *
   * @throws UncheckedIOException if a file cannot be read
   */
  public int testExamples() {
    return examples(testFiles);
  }

  /**
   * Returns the number of images of each class in the training set, by label.
   *
   * @throws IllegalArgumentException if a file is not in order
   * @throws UncheckedIOException if a file cannot be read
   */
  public List<Integer> trainClassCounts() {
    return classCounts(trainFiles);
  }

  /**
   * Returns the number of images of each class in the test set, by label.
   *
   * @throws IllegalArgumentException if a file is not in order
   * @throws UncheckedIOException if a file cannot be read
   */
  public List<Integer> testClassCounts() {
    return classCounts(testFiles);
  }

  /**
   * Returns a SHA-256 checksum over all files, training set first, in hexadecimal digits.
   *
   * @throws UncheckedIOException if a file cannot be read
   */
  public String checksum() {
    Hasher hasher = Hashing.sha256().newHasher();
    try (OutputStream sink = Funnels.asOutputStream(hasher)) {
      for (Path file : Iterables.concat(trainFiles, testFiles)) {
        Files.copy(file, sink);
      }
    } catch (IOException e) {
      throw unreadable(e);
    }
    return hasher.hash().toString();
  }

  private List<Integer> classCounts(List<Path> files) {
    int[] counts = new int[layout.classes()];
    try {
      for (Path file : files) {
        int[] more = new RecordFile(file, layout).labelCounts();
        Arrays.setAll(counts, label -> counts[label] + more[label]);
      }
    } catch (IOException e) {
      throw unreadable(e);
    }
    return Ints.asList(counts);
  }

  private int examples(List<Path> files) {
    long bytes = 0;
    try {
      for (Path file : files) {
        bytes += Files.size(file);
      }
    } catch (IOException e) {
      throw unreadable(e);
    }
    return Math.toIntExact(bytes / layout.recordBytes());
  }

  private UncheckedIOException unreadable(IOException e) {
    return new UncheckedIOException(
        "The files of " + name + " cannot be read: " + e.getMessage(), e);
  }
}
