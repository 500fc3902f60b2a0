package org.wideresnet.data.picture;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Locale;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import org.wideresnet.data.files.RecordLayout;

/** A PNG or JPEG picture, made into the 32x32 pixels of a record. Transparency is ignored. */
final class Picture {

  private static final int SIZE = RecordLayout.IMAGE_SIZE;
  private static final long MAX_PIXELS = 100_000_000;

  private final BufferedImage image;
  private final boolean grey;

  private Picture(BufferedImage image) {
    this.image = image;
    this.grey = image.getColorModel().getColorSpace().getType() == ColorSpace.TYPE_GRAY;
  }

  /** Says whether a file is called as PNG and JPEG files are. */
  static boolean isNamedLikeOne(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    return name.endsWith(".png") || name.endsWith(".jpg") || name.endsWith(".jpeg");
  }

  /**
   * Reads a picture.
   *
   * @throws IllegalArgumentException if it is not one, or damaged, or larger than 100 megapixels
   * @throws IOException if the file cannot be read
   */
  static Picture read(Path file) throws IOException {
    try (ImageInputStream in = ImageIO.createImageInputStream(file.toFile())) {
      if (in == null) {
        throw new IOException(file + " cannot be read.");
      }
      Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
      ImageReader reader = readers.hasNext() ? readers.next() : null;
      if (reader == null || !reader.getFormatName().matches("(?i)png|jpeg")) {
        throw new IllegalArgumentException(file + " is not a PNG or JPEG picture.");
      }
      try {
        reader.setInput(in, true, true);
        return new Picture(decode(reader, file));
      } finally {
        reader.dispose();
      }
    }
  }

  private static BufferedImage decode(ImageReader reader, Path file) {
    BufferedImage image;
    long pixels;
    try {
      pixels = (long) reader.getWidth(0) * reader.getHeight(0);
      image = pixels > MAX_PIXELS ? null : reader.read(0);
    } catch (IOException | RuntimeException e) {
      // The readers of the JDK answer a damaged file with almost any exception.
      throw new IllegalArgumentException(
          file + " is a damaged picture, or one of an unusual kind.", e);
    }
    if (image == null) {
      throw new IllegalArgumentException(
          file + " has " + pixels / 1_000_000 + " megapixels, and 100 are the most.");
    }
    return image;
  }

  /**
   * Writes the central square, averaged down to 32x32, into the last 3,072 bytes of a record.
   *
   * <p>The rule, which exported models follow too: of {@code width} times {@code height} pixels the
   * square of {@code side = min(width, height)} counts, from column {@code floor((width - side) /
   * 2)} and row {@code floor((height - side) / 2)} on; so where a margin is odd, the right or lower
   * part of it is the larger one. A pixel of the result is the mean over the {@code side / 32}
   * times {@code side / 32} pixels that it covers, each with the area that it covers of it (a box
   * filter; a smaller picture is enlarged by the same sum), rounded half up to an integer. All
   * arithmetic is in integers, hence exact.
   */
  void writeTo(byte[] record) {
    int side = Math.min(image.getWidth(), image.getHeight());
    int left = (image.getWidth() - side) / 2;
    int top = (image.getHeight() - side) / 2;
    int start = record.length - RecordLayout.IMAGE_BYTES;
    // A length of 1 is 1/32 of a pixel of the picture: a target pixel is "side" long.
    for (int i = 0; i < SIZE * SIZE; i++) {
      int x = i % SIZE * side;
      int y = i / SIZE * side;
      long[] sum = new long[3];
      for (int row = y / SIZE; row * SIZE < y + side; row++) {
        long high = overlap(row, y, side);
        for (int column = x / SIZE; column * SIZE < x + side; column++) {
          long area = high * overlap(column, x, side);
          int rgb = rgb(left + column, top + row);
          sum[0] += area * (rgb >> 16 & 0xFF);
          sum[1] += area * (rgb >> 8 & 0xFF);
          sum[2] += area * (rgb & 0xFF);
        }
      }
      long area = (long) side * side;
      for (int c = 0; c < 3; c++) {
        record[start + c * SIZE * SIZE + i] = (byte) ((sum[c] + area / 2) / area);
      }
    }
  }

  /** Returns how much of a pixel lies in {@code [from, from + length)}. */
  private static long overlap(int pixel, int from, int length) {
    return Math.min((pixel + 1) * SIZE, from + length) - Math.max(pixel * SIZE, from);
  }

  /** Reads a pixel; grey as it is stored, because {@code getRGB} would brighten it. */
  private int rgb(int x, int y) {
    if (!grey) {
      return image.getRGB(x, y);
    }
    int bits = image.getSampleModel().getSampleSize(0);
    return (image.getRaster().getSample(x, y, 0) >> bits - 8) * 0x010101;
  }
}
