package org.wideresnet.data.picture;

import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import javax.imageio.ImageIO;
import org.wideresnet.data.files.LabelledImages;
import org.wideresnet.data.files.RecordLayout;
import org.wideresnet.data.files.WholeFolder;

/** Draws images with their class names in a grid, to be looked at. Needs no display. */
public final class PreviewGrid {

  private static final int SIZE = RecordLayout.IMAGE_SIZE;
  private static final int SCALE = 4;
  private static final int GAP = 10;
  private static final int CAPTION = 18;
  private static final int CELL_WIDTH = SIZE * SCALE + GAP;
  private static final int CELL_HEIGHT = CELL_WIDTH + CAPTION;
  private static final Font FONT = new Font(Font.SANS_SERIF, Font.PLAIN, 12);

  private PreviewGrid() {}

  /**
   * Draws a grid: images enlarged four times, each above the name of its class.
   *
   * @param columns the images in a row, at least 1
   * @throws IllegalArgumentException if there is no image or no column
   */
  public static BufferedImage draw(LabelledImages images, List<String> classNames, int columns) {
    return draw(List.of(new Captioned(images, classNames::get)), columns);
  }

  /**
   * Draws images before and after an augmentation: a row of images with the names of their classes,
   * below it a row of what became of them, and so on.
   *
   * @param after as many as before, in the same order
   * @param augmentation what to write below those
   * @param columns the images in a row, at least 1
   * @throws IllegalArgumentException if there is no image or no column, or not as many after as
   *     before
   */
  public static BufferedImage drawPairs(
      LabelledImages before,
      LabelledImages after,
      String augmentation,
      List<String> classNames,
      int columns) {
    if (before.labels().length != after.labels().length) {
      throw new IllegalArgumentException(
          "There are %d images before and %d after the augmentation."
              .formatted(before.labels().length, after.labels().length));
    }
    return draw(
        List.of(
            new Captioned(before, classNames::get), new Captioned(after, label -> augmentation)),
        columns);
  }

  /**
   * Writes a picture into a PNG file, which appears as a whole.
   *
   * @param file the file, replaced where it exists
   * @throws IOException if it cannot be written, in a sentence; nothing is left of it then
   */
  public static void write(BufferedImage picture, Path file) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    Path draft = folder.resolve("." + file.getFileName() + ".part");
    try {
      Files.createDirectories(folder);
      try (OutputStream out = Files.newOutputStream(draft)) {
        ImageIO.write(picture, "png", out);
      }
      Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new IOException(file + " could not be written (" + WholeFolder.reason(e) + ").", e);
    } finally {
      draft.toFile().delete();
    }
  }

  /** Images, and what is written below one, by its label. */
  private record Captioned(LabelledImages images, IntFunction<String> caption) {}

  /** Draws a row of the first images, a row of the second below it, and so on. */
  private static BufferedImage draw(List<Captioned> rows, int columns) {
    int count = rows.get(0).images().labels().length;
    if (count == 0 || columns < 1) {
      throw new IllegalArgumentException(
          "A preview needs at least one image and one column, not %d and %d."
              .formatted(count, columns));
    }
    int across = Math.min(columns, count);
    int down = (count + across - 1) / across * rows.size();
    BufferedImage grid =
        new BufferedImage(
            across * CELL_WIDTH + GAP, down * CELL_HEIGHT + GAP, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = grid.createGraphics();
    try {
      g.setColor(Color.WHITE);
      g.fillRect(0, 0, grid.getWidth(), grid.getHeight());
      g.setColor(Color.DARK_GRAY);
      g.setFont(FONT);
      g.setRenderingHint(
          RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
      for (int i = 0; i < count; i++) {
        for (int r = 0; r < rows.size(); r++) {
          LabelledImages images = rows.get(r).images();
          int x = GAP + i % across * CELL_WIDTH;
          int y = GAP + (i / across * rows.size() + r) * CELL_HEIGHT;
          g.drawImage(image(images.pixels(), i), x, y, SIZE * SCALE, SIZE * SCALE, null);
          caption(g, rows.get(r).caption().apply(images.labels()[i]), x, y + SIZE * SCALE);
        }
      }
    } finally {
      g.dispose();
    }
    return grid;
  }

  private static BufferedImage image(byte[] pixels, int index) {
    BufferedImage image = new BufferedImage(SIZE, SIZE, BufferedImage.TYPE_3BYTE_BGR);
    int start = index * RecordLayout.IMAGE_BYTES;
    byte[] rgb = Arrays.copyOfRange(pixels, start, start + RecordLayout.IMAGE_BYTES);
    image.getRaster().setDataElements(0, 0, SIZE, SIZE, rgb);
    return image;
  }

  /** Writes a name below an image, shortened to its width. */
  private static void caption(Graphics2D g, String name, int x, int y) {
    FontMetrics metrics = g.getFontMetrics();
    int width = SIZE * SCALE + GAP / 2;
    String shown = name;
    for (int n = name.length() - 1; n > 0 && metrics.stringWidth(shown) > width; n--) {
      shown = name.substring(0, n) + "…";
    }
    g.drawString(shown, x + (SIZE * SCALE - metrics.stringWidth(shown)) / 2, y + 14);
  }
}
