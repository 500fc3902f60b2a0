package org.wideresnet.data;

import java.nio.file.Path;
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
}
