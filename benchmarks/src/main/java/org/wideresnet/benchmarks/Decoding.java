package org.wideresnet.benchmarks;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;
import org.wideresnet.data.files.CifarDataset;
import org.wideresnet.data.files.ImageStatistics;
import org.wideresnet.data.files.LabelledImages;
import org.wideresnet.data.generate.GeneratedCifar;

/**
 * What Java itself does with CIFAR files: reading 1,000 records, and the statistics of their
 * pixels.
 */
public class Decoding extends Timed {
  private static final int RECORDS = 1_000;

  private Path folder;
  private CifarDataset data;

  /** Draws a data set of twice as many training images. */
  @Setup
  public void draw() throws IOException {
    folder = Files.createTempDirectory("wrn-benchmark");
    data = new GeneratedCifar(10, 1, 2 * RECORDS, 10).open(folder);
  }

  /** Records to pixels {@code [1000, 32, 32, 3]} and labels. */
  @Benchmark
  public LabelledImages records() throws IOException {
    return LabelledImages.firstOf(data.trainFiles(), data.layout(), RECORDS);
  }

  /** Mean and standard deviation of every pixel of 1,000 images. */
  @Benchmark
  public ImageStatistics statistics() throws IOException {
    return ImageStatistics.of(data, RECORDS);
  }

  /** Deletes it. */
  @TearDown
  public void delete() throws IOException {
    MoreFiles.deleteRecursively(folder, RecursiveDeleteOption.ALLOW_INSECURE);
  }
}
