package org.wideresnet.data.files;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/**
 * Mean and standard deviation of the training images, from 0 to 255, of each channel and of each
 * pixel, and how many images there are of each class. The sums are exact, whatever the order. A
 * standard deviation of 0 is given as 1, so that it can be divided by.
 */
public final class ImageStatistics {

  private static final int PLANE = RecordLayout.IMAGE_SIZE * RecordLayout.IMAGE_SIZE;

  /** Sums of the values and of their squares, in the order of the file: three planes. */
  private final long[] sum = new long[RecordLayout.IMAGE_BYTES];

  private final long[] squares = new long[RecordLayout.IMAGE_BYTES];
  private final int[] classCounts;
  private int images;

  private ImageStatistics(RecordLayout layout) {
    classCounts = new int[layout.classes()];
  }

  /**
   * Returns those of all training images.
   *
   * @throws IllegalArgumentException if there is none
   * @throws IOException if a file cannot be read
   */
  public static ImageStatistics of(CifarDataset dataset) throws IOException {
    return of(dataset, Integer.MAX_VALUE);
  }

  /**
   * Returns those of the first {@code limit} training images, or of all where there are fewer; so
   * what a validation split cuts off the end stays out. All are known once the data set is checked;
   * fewer are read again.
   *
   * @throws IllegalArgumentException if there is none
   * @throws IOException if a file cannot be read
   */
  public static ImageStatistics of(CifarDataset dataset, int limit) throws IOException {
    ImageStatistics statistics = dataset.trainStatistics();
    if (limit < statistics.images) {
      statistics = read(dataset.trainFiles(), dataset.layout(), limit, record -> {});
    }
    if (statistics.images == 0) {
      throw new IllegalArgumentException(
          dataset.name() + " has no training images to take the mean of.");
    }
    return statistics;
  }

  /** Reads the first images of some files, and shows each record to another reader too. */
  static ImageStatistics read(
      List<Path> files, RecordLayout layout, int limit, Consumer<byte[]> other) throws IOException {
    ImageStatistics statistics = new ImageStatistics(layout);
    for (Path file : files) {
      new RecordFile(file, layout)
          .forEach(
              limit - statistics.images,
              (record, label) -> {
                statistics.add(record, label);
                other.accept(record);
              });
    }
    return statistics;
  }

  private void add(byte[] record, int label) {
    int start = record.length - sum.length;
    for (int i = 0; i < sum.length; i++) {
      int value = Byte.toUnsignedInt(record[start + i]);
      sum[i] += value;
      squares[i] += value * value;
    }
    classCounts[label]++;
    images++;
  }

  int images() {
    return images;
  }

  int[] classCounts() {
    return classCounts.clone();
  }

  /** Returns the mean of each channel over all pixels of all images: red, green, blue. */
  public float[] channelMean() {
    float[] mean = new float[3];
    for (int c = 0; c < 3; c++) {
      mean[c] = (float) mean(total(sum, c), (long) images * PLANE);
    }
    return mean;
  }

  /** Returns the standard deviation of each channel over all pixels of all images. */
  public float[] channelStd() {
    float[] std = new float[3];
    for (int c = 0; c < 3; c++) {
      std[c] = std(total(sum, c), total(squares, c), (long) images * PLANE);
    }
    return std;
  }

  /** Returns the mean of each pixel over all images: {@code [32, 32, 3]}, row by row. */
  public float[] pixelMean() {
    float[] mean = new float[sum.length];
    for (int i = 0; i < sum.length; i++) {
      mean[interleaved(i)] = (float) mean(sum[i], images);
    }
    return mean;
  }

  /** Returns the standard deviation of each pixel over all images: {@code [32, 32, 3]}. */
  public float[] pixelStd() {
    float[] std = new float[sum.length];
    for (int i = 0; i < sum.length; i++) {
      std[interleaved(i)] = std(sum[i], squares[i], images);
    }
    return std;
  }

  private static int interleaved(int i) {
    return i % PLANE * 3 + i / PLANE;
  }

  private static long total(long[] values, int channel) {
    long total = 0;
    for (int i = channel * PLANE; i < (channel + 1) * PLANE; i++) {
      total += values[i];
    }
    return total;
  }

  private static double mean(long sum, long count) {
    return (double) sum / count;
  }

  private static float std(long sum, long squares, long count) {
    double mean = mean(sum, count);
    double variance = mean(squares, count) - mean * mean;
    // Of equal values rounding leaves about 1e-11, of unequal ones more than 1 / count.
    return variance < 1e-9 ? 1 : (float) Math.sqrt(variance);
  }
}
