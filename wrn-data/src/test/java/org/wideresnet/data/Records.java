package org.wideresnet.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.wideresnet.data.files.RecordLayout;

/**
 * Records of random pixels for tests. With the layout {@link #NUMBERED} the label of a record is
 * its number, so that an image can be told in any batch.
 */
public final class Records {

  public static final RecordLayout NUMBERED = new RecordLayout(1, 0, 256);

  private Records() {}

  /** The bytes of {@code count} records; the label bytes of record i are all {@code first + i}. */
  public static byte[] random(RecordLayout layout, int first, int count) {
    byte[] bytes = new byte[count * layout.recordBytes()];
    new Random(first).nextBytes(bytes);
    for (int i = 0; i < count; i++) {
      int at = i * layout.recordBytes();
      Arrays.fill(bytes, at, at + layout.labelBytes(), (byte) (first + i));
    }
    return bytes;
  }

  /** Writes records {@code first} to {@code first + count - 1} into {@code folder}. */
  public static Path numbered(Path folder, int first, int count) throws IOException {
    return Files.write(folder.resolve("batch-" + first + ".bin"), random(NUMBERED, first, count));
  }

  /** Decodes one record by hand, to {@code [row][column][channel]}. */
  public static int[][][] pixels(byte[] file, RecordLayout layout, int record) {
    int size = RecordLayout.IMAGE_SIZE;
    int at = record * layout.recordBytes() + layout.labelBytes();
    int[][][] image = new int[size][size][3];
    for (int channel = 0; channel < 3; channel++) {
      for (int row = 0; row < size; row++) {
        for (int column = 0; column < size; column++) {
          image[row][column][channel] = file[at++] & 0xFF;
        }
      }
    }
    return image;
  }

  /** An image of random pixels, {@code [row][column][channel]}. */
  public static int[][][] image(int seed) {
    return pixels(random(NUMBERED, seed, 1), NUMBERED, 0);
  }

  /** The bytes of an image, row by row, pixel by pixel. */
  public static byte[] flat(int[][][] image) {
    byte[] bytes = new byte[RecordLayout.IMAGE_BYTES];
    int at = 0;
    for (int[][] row : image) {
      for (int[] pixel : row) {
        for (int value : pixel) {
          bytes[at++] = (byte) value;
        }
      }
    }
    return bytes;
  }
}
