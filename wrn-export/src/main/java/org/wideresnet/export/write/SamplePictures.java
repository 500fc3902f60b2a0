package org.wideresnet.export.write;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.wideresnet.export.load.PictureFile;
import org.wideresnet.model.WideResNetConfig;

/** Coloured waves under noise: pictures for checks and warm-up that need no data set. */
public final class SamplePictures {
  private static final int SIZE = WideResNetConfig.IMAGE_SIZE;

  private SamplePictures() {}

  /**
   * Returns pictures that are the same in each call.
   *
   * @return the pixels {@code [count, 32, 32, 3]}
   */
  public static byte[] pixels(int count) {
    Random random = new Random(32);
    byte[] pixels = new byte[count * SIZE * SIZE * 3];
    int next = 0;
    for (int picture = 0; picture < count; picture++) {
      double across = random.nextDouble();
      double down = random.nextDouble();
      double colour = 2 * random.nextDouble();
      for (int y = 0; y < SIZE; y++) {
        for (int x = 0; x < SIZE; x++) {
          for (int channel = 0; channel < 3; channel++) {
            double wave = Math.sin(across * x + down * y + colour * channel + picture);
            double value = 128 + 90 * wave + 15 * random.nextGaussian();
            pixels[next++] = (byte) Math.max(0, Math.min(255, Math.round(value)));
          }
        }
      }
    }
    return pixels;
  }

  /** Returns the pictures of {@link #pixels} as PNG files. */
  public static List<byte[]> pngFiles(int count) {
    byte[] pixels = pixels(count);
    List<byte[]> files = new ArrayList<>();
    for (int picture = 0; picture < count; picture++) {
      BufferedImage image = new BufferedImage(SIZE, SIZE, BufferedImage.TYPE_INT_RGB);
      for (int i = 0; i < SIZE * SIZE; i++) {
        int at = (picture * SIZE * SIZE + i) * 3;
        int rgb = (pixels[at] & 255) << 16 | (pixels[at + 1] & 255) << 8 | pixels[at + 2] & 255;
        image.setRGB(i % SIZE, i / SIZE, rgb);
      }
      files.add(PictureFile.png(image));
    }
    return files;
  }
}
