package org.wideresnet.data.files;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Some images in memory, read without TensorFlow.
 *
 * @param pixels uint8 {@code [images, 32, 32, 3]}, row by row
 * @param labels the label of each image
 */
public record LabelledImages(byte[] pixels, int[] labels) {

  private static final int PLANE = RecordLayout.IMAGE_SIZE * RecordLayout.IMAGE_SIZE;

  /** Checks that there are as many images as labels, else IllegalArgumentException. */
  public LabelledImages {
    if (pixels.length != bytes(labels.length)) {
      throw new IllegalArgumentException(
          "%d labels need %d pixel bytes, not %d."
              .formatted(labels.length, bytes(labels.length), pixels.length));
    }
  }

  /**
   * Reads the first images of some files: those of a training or of a test set.
   *
   * @param limit how many at most
   * @throws IllegalArgumentException if a file is not in order, or there are more images than an
   *     array holds
   * @throws IOException if a file cannot be read
   */
  public static LabelledImages firstOf(List<Path> files, RecordLayout layout, int limit)
      throws IOException {
    long all = 0;
    for (Path file : files) {
      all += new RecordFile(file, layout).records();
    }
    int records = (int) Math.min(all, limit);
    byte[] pixels = new byte[bytes(records)];
    int[] labels = new int[records];
    int[] count = {0};
    for (Path file : files) {
      new RecordFile(file, layout)
          .forEach(
              records - count[0],
              (record, label) -> {
                interleave(record, pixels, count[0] * RecordLayout.IMAGE_BYTES);
                labels[count[0]++] = label;
              });
    }
    return new LabelledImages(pixels, labels);
  }

  static int bytes(long images) {
    long most = Integer.MAX_VALUE / RecordLayout.IMAGE_BYTES;
    if (images > most) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "There are %,d images, and memory takes %,d at once.", images, most));
    }
    return (int) images * RecordLayout.IMAGE_BYTES;
  }

  private static void interleave(byte[] record, byte[] pixels, int at) {
    int start = record.length - RecordLayout.IMAGE_BYTES;
    for (int i = 0; i < RecordLayout.IMAGE_BYTES; i++) {
      pixels[at + i] = record[start + i % 3 * PLANE + i / 3];
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LabelledImages images
        && Arrays.equals(pixels, images.pixels)
        && Arrays.equals(labels, images.labels);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(pixels) + Arrays.hashCode(labels);
  }

  /** Returns how many images there are, without their pixels. */
  @Override
  public String toString() {
    return "LabelledImages[" + labels.length + "]";
  }
}
