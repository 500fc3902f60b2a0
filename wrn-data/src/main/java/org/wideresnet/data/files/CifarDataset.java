package org.wideresnet.data.files;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import com.google.common.primitives.Ints;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A data set in the CIFAR binary layout, found on disk. Its files are read once, when it is checked
 * or else when something that is in them is asked for first: that pass checks every label, counts
 * the images of each class, hashes the files and sums the pixels up.
 */
public final class CifarDataset {
  private final String name;
  private final RecordLayout layout;
  private final List<String> classNames;
  private final List<Path> trainFiles;
  private final List<Path> testFiles;
  private final Optional<OfficialCifar> openedAs;
  private Contents contents;

  /** What one pass over all files tells. */
  private record Contents(ImageStatistics train, ImageStatistics test, String checksum) {}

  /** Names the files of a data set that is not one of the official ones; see the accessors. */
  public CifarDataset(
      String name,
      RecordLayout layout,
      List<String> classNames,
      List<Path> trainFiles,
      List<Path> testFiles) {
    this(name, layout, classNames, trainFiles, testFiles, Optional.empty());
  }

  CifarDataset(
      String name,
      RecordLayout layout,
      List<String> classNames,
      List<Path> trainFiles,
      List<Path> testFiles,
      Optional<OfficialCifar> openedAs) {
    this.name = name;
    this.layout = layout;
    this.classNames = List.copyOf(classNames);
    this.trainFiles = List.copyOf(trainFiles);
    this.testFiles = List.copyOf(testFiles);
    this.openedAs = openedAs;
  }

  /** Returns the name on the command line, such as {@code cifar10}, or that of its folder. */
  public String name() {
    return name;
  }

  /** Returns the layout of its records. */
  public RecordLayout layout() {
    return layout;
  }

  /** Returns the names of the classes, by label. */
  public List<String> classNames() {
    return classNames;
  }

  /** Returns the files of the training set, in order. */
  public List<Path> trainFiles() {
    return trainFiles;
  }

  /** Returns the files of the test set, in order. */
  public List<Path> testFiles() {
    return testFiles;
  }

  /**
   * Returns which official data set it was opened as, by that one's name or from its archive; none
   * for generated data and for a folder of one's own, whatever it is called.
   */
  public Optional<OfficialCifar> openedAs() {
    return openedAs;
  }

  /**
   * Says whether it is of an official kind: opened as that, with the official names of the classes.
   * What {@code --data ./cifar10} opens is not, nor are generated images given as CIFAR-10.
   */
  public boolean is(OfficialCifar kind) {
    return openedAs.equals(Optional.of(kind)) && classNames.equals(ClassNames.official(layout));
  }

  /**
   * Returns the number of images in the training set.
   *
   * @throws IllegalArgumentException if a file is not in order
   * @throws UncheckedIOException if a file cannot be read
   */
  public int trainExamples() {
    return known().train.images();
  }

  /** Returns the number of images in the test set; throws as {@link #trainExamples}. */
  public int testExamples() {
    return known().test.images();
  }

  /** Returns the training images of each class, by label; throws as {@link #trainExamples}. */
  public List<Integer> trainClassCounts() {
    return Ints.asList(known().train.classCounts());
  }

  /** Returns the test images of each class, by label; throws as {@link #trainExamples}. */
  public List<Integer> testClassCounts() {
    return Ints.asList(known().test.classCounts());
  }

  /**
   * Returns a SHA-256 checksum over all files, training set first, in hexadecimal digits; throws as
   * {@link #trainExamples}.
   */
  public String checksum() {
    return known().checksum;
  }

  ImageStatistics trainStatistics() throws IOException {
    return contents().train;
  }

  /**
   * Reads all files, if that was not done, and checks every record.
   *
   * @return this data set
   * @throws IllegalArgumentException if a file is not in order
   * @throws IOException if a file cannot be read
   */
  public CifarDataset checked() throws IOException {
    contents();
    return this;
  }

  /**
   * Does the same where only the test files are needed: the training files are left out where one
   * is missing.
   *
   * @return the data set that is left
   */
  public CifarDataset checkedTest() throws IOException {
    boolean complete = trainFiles.stream().allMatch(Files::isRegularFile);
    return complete
        ? checked()
        : new CifarDataset(name, layout, classNames, List.of(), testFiles, openedAs).checked();
  }

  private Contents known() {
    try {
      return contents();
    } catch (IOException e) {
      throw new UncheckedIOException(
          "The files of " + name + " cannot be read: " + e.getMessage(), e);
    }
  }

  private synchronized Contents contents() throws IOException {
    if (contents == null) {
      Hasher hasher = Hashing.sha256().newHasher();
      ImageStatistics train =
          ImageStatistics.read(trainFiles, layout, Integer.MAX_VALUE, hasher::putBytes);
      ImageStatistics test =
          ImageStatistics.read(testFiles, layout, Integer.MAX_VALUE, hasher::putBytes);
      contents = new Contents(train, test, hasher.hash().toString());
    }
    return contents;
  }

  private List<Object> identity() {
    return List.of(name, layout, classNames, trainFiles, testFiles, openedAs);
  }

  /** Compares names and places, not what is in the files. */
  @Override
  public boolean equals(Object other) {
    return other instanceof CifarDataset dataset && identity().equals(dataset.identity());
  }

  @Override
  public int hashCode() {
    return identity().hashCode();
  }

  @Override
  public String toString() {
    return "CifarDataset" + identity();
  }
}
