package org.wideresnet.export.load;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.Set;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** What the first bytes of a PNG or JPEG file say, before anything is decoded. */
public final class PictureFile {
  /** Pictures with more pixels are refused; they would take gigabytes to decode. */
  public static final long MAX_PIXELS = 100_000_000;

  private static final long PNG_SIGNATURE = 0x89504E470D0A1A0AL;
  private static final long PNG_IHDR = 0x0000000D49484452L;
  private static final int PNG_HEADER = 24;
  private static final short JPEG_START = (short) 0xFFD8;

  /** Baseline, extended and progressive, the last two also with arithmetic coding. */
  private static final Set<Integer> FRAMES = Set.of(0xC0, 0xC1, 0xC2, 0xC9, 0xCA);

  /** DHT, DAC, DQT, DNL, DRI and COM; beside APP0 to APP15 what may come before a frame. */
  private static final Set<Integer> TABLES = Set.of(0xC4, 0xCC, 0xDB, 0xDC, 0xDD, 0xFE);

  private PictureFile() {}

  /**
   * Checks that a file is a PNG or JPEG of a size that can be decoded.
   *
   * @param name what to call the file in a message
   * @throws IllegalArgumentException if it is not
   */
  public static void require(byte[] file, String name) {
    long pixels = pixels(ByteBuffer.wrap(file), name);
    if (pixels > MAX_PIXELS) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s has %,d pixels; at most %,d are accepted.",
              name,
              pixels,
              MAX_PIXELS));
    }
  }

  /** Returns a picture as a PNG file. */
  public static byte[] png(BufferedImage picture) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      if (!ImageIO.write(picture, "png", out)) {
        throw new IllegalArgumentException("A picture of this type cannot be written as PNG.");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static long pixels(ByteBuffer file, String name) {
    boolean isPng = file.remaining() >= PNG_HEADER && file.getLong(0) == PNG_SIGNATURE;
    if (!isPng && (file.remaining() < 4 || file.getShort(0) != JPEG_START)) {
      throw new IllegalArgumentException(name + " is neither a PNG nor a JPEG file.");
    }
    long pixels = isPng ? pngPixels(file) : jpegPixels(file);
    if (pixels <= 0) {
      throw new IllegalArgumentException(
          "%s is a damaged %s file.".formatted(name, isPng ? "PNG" : "JPEG"));
    }
    return pixels;
  }

  /** Returns 0 if the header is not the first chunk. libpng would look for it further on. */
  private static long pngPixels(ByteBuffer file) {
    int width = file.getInt(16);
    int height = file.getInt(20);
    boolean isHeader = file.getLong(8) == PNG_IHDR && width > 0 && height > 0;
    return isHeader ? (long) width * height : 0;
  }

  /**
   * Walks from segment to segment until one starts a frame and so tells height and width. libjpeg
   * would pass over bytes between segments and over markers without length; here a file that has
   * some is damaged.
   *
   * @return 0 if the file is damaged
   */
  private static long jpegPixels(ByteBuffer file) {
    int at = 2;
    while (at + 10 <= file.limit() && file.get(at) == (byte) 0xFF) {
      int marker = file.get(at + 1) & 0xFF;
      int length = Short.toUnsignedInt(file.getShort(at + 2));
      if (marker == 0xFF) { // a fill byte
        at++;
      } else if (FRAMES.contains(marker)) {
        int components = file.get(at + 9) & 0xFF;
        boolean fits = components > 0 && length == 8 + 3 * components;
        return fits
            ? Short.toUnsignedLong(file.getShort(at + 5))
                * Short.toUnsignedLong(file.getShort(at + 7))
            : 0;
      } else if (length >= 2 && (TABLES.contains(marker) || marker >= 0xE0 && marker <= 0xEF)) {
        at += 2 + length;
      } else {
        return 0;
      }
    }
    return 0;
  }
}
