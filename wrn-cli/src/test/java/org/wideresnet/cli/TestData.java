package org.wideresnet.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.wideresnet.data.files.CifarDataset;
import org.wideresnet.data.generate.GeneratedCifar;

/** Small data sets in the layout of CIFAR-10. */
public final class TestData {
  private TestData() {}

  /** Draws one with 300 training and 100 test images; returns its folder. */
  public static Path small(Path directory) {
    return small(directory, 0);
  }

  /** Draws the one of another seed. */
  public static Path small(Path directory, long seed) {
    try {
      CifarDataset dataset = new GeneratedCifar(10, seed, 300, 100).open(directory);
      return dataset.testFiles().get(0).getParent();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
