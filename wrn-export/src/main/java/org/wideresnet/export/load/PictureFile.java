package org.wideresnet.export.load;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Locale;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** What the first bytes of a PNG or JPEG file say, before anything is decoded. */
public final class PictureFile {
  /** Pictures with more pixels are refused; they would take gigabytes to decode. */
  public static final long MAX_PIXELS = 100_000_000;

  private static final long PNG_SIGNATURE = 0x89504E470D0A1A0AL;
  private static final int PNG_HEADER = 24;

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
    if (file.remaining() >= PNG_HEADER && file.getLong(0) == PNG_SIGNATURE) {
      return Integer.toUnsignedLong(file.getInt(16)) * Integer.toUnsignedLong(file.getInt(20));
    }
    if (file.remaining() >= 4 && file.getShort(0) == (short) 0xFFD8) {
      return jpegPixels(file, name);
    }
    throw new IllegalArgumentException(name + " is neither a PNG nor a JPEG file.");
  }

  /** Walks from segment to segment until one starts a frame and so tells height and width. */
  private static long jpegPixels(ByteBuffer file, String name) {
    int at = 2;
    while (at + 9 <= file.limit() && file.get(at) == (byte) 0xFF) {
      int marker = file.get(at + 1) & 0xFF;
      if (marker == 0xFF) {
        at++;
      } else if (startsFrame(marker)) {
        return Short.toUnsignedLong(file.getShort(at + 5))
            * Short.toUnsignedLong(file.getShort(at + 7));
      } else {
        at += 2 + Short.toUnsignedInt(file.getShort(at + 2));
      }
    }
    throw new IllegalArgumentException(name + " is a damaged JPEG file.");
  }

  private static boolean startsFrame(int marker) {
    boolean tables = marker == 0xC4 || marker == 0xC8 || marker == 0xCC;
    return marker >= 0xC0 && marker <= 0xCF && !tables;
  }
}
