package org.wideresnet.train.report;

import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.font.FontRenderContext;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * A confusion matrix as a heat map: a row for each true class, a column for each predicted one. A
 * cell is the darker, the greater its share of the row; blue on the diagonal, where the prediction
 * is right, else orange. Its count is written in it where there are 20 classes or fewer.
 */
public final class ConfusionMatrixChart {

  private static final int RIGHT = 0x1F5F99;
  private static final int WRONG = 0xD55E00;
  private static final Color GRID = new Color(0xE4E4E4);
  private static final int MARGIN = 16;
  private static final int TITLE_HEIGHT = 44;
  private static final int AXIS_TITLE_HEIGHT = 30;
  private static final int LEAST_WIDTH = 360;
  private static final int GAP = 8;
  private static final int MOST_COUNTED = 20;

  private final long[][] counts;
  private final List<String> classNames;
  private final int cell;
  private final Font font;

  /**
   * Takes a matrix.
   *
   * @param counts how many examples of a class (row) were called another (column)
   * @param classNames the names of the classes, by number
   * @throws IllegalArgumentException if there are not as many rows and columns as names
   */
  public ConfusionMatrixChart(long[][] counts, List<String> classNames) {
    int classes = classNames.size();
    if (counts.length != classes || Arrays.stream(counts).anyMatch(row -> row.length != classes)) {
      throw new IllegalArgumentException(
          "The confusion matrix does not have " + classes + " rows and columns, one a class.");
    }
    this.counts = Arrays.stream(counts).map(long[]::clone).toArray(long[][]::new);
    this.classNames = List.copyOf(classNames);
    cell = classes <= 10 ? 76 : classes <= MOST_COUNTED ? 54 : 12;
    font = new Font(Font.SANS_SERIF, Font.PLAIN, Math.min(14, cell - 1));
  }

  /** Returns the picture: about 950 pixels wide for 10 classes, 1,300 for 100. */
  public BufferedImage image() {
    FontRenderContext context = new FontRenderContext(null, true, false);
    int longest =
        classNames.stream()
            .mapToInt(name -> (int) font.getStringBounds(name, context).getWidth())
            .max()
            .orElse(0);
    boolean upright = longest > cell - 4;
    int left = MARGIN + AXIS_TITLE_HEIGHT + longest + GAP;
    int size = cell * counts.length;
    int below = GAP + (upright ? longest : (int) font.getLineMetrics("x", context).getHeight());
    return Png.draw(
        Math.max(LEAST_WIDTH, left + size + MARGIN),
        TITLE_HEIGHT + size + below + AXIS_TITLE_HEIGHT + MARGIN,
        graphics -> {
          drawTitles(graphics, left, size, below);
          graphics.translate(left, TITLE_HEIGHT);
          graphics.setFont(font);
          drawCells(graphics);
          drawNames(graphics, size, upright);
        });
  }

  /**
   * Writes the picture as PNG, replacing an older one in one step.
   *
   * @throws IOException if the file cannot be written
   */
  public void write(Path file) throws IOException {
    Png.write(image(), file);
  }

  private void drawTitles(Graphics2D graphics, int left, int size, int below) {
    long all = Arrays.stream(counts).flatMapToLong(Arrays::stream).sum();
    long right = 0;
    for (int i = 0; i < counts.length; i++) {
      right += counts[i][i];
    }
    graphics.setColor(Curves.TEXT);
    graphics.setFont(new Font(Font.SANS_SERIF, Font.BOLD, 18));
    String title =
        all == 0
            ? "no examples"
            : String.format(Locale.ROOT, "%.2f %% of %,d right", 100.0 * right / all, all);
    Png.centre(graphics, title, left + size / 2, 30);
    graphics.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 16));
    Png.centre(graphics, "predicted class", left + size / 2, TITLE_HEIGHT + size + below + 24);
    int middle = TITLE_HEIGHT + size / 2;
    graphics.rotate(-Math.PI / 2, MARGIN + 14, middle);
    Png.centre(graphics, "true class", MARGIN + 14, middle);
    graphics.rotate(Math.PI / 2, MARGIN + 14, middle);
  }

  private void drawCells(Graphics2D graphics) {
    FontMetrics metrics = graphics.getFontMetrics();
    for (int i = 0; i < counts.length; i++) {
      double sum = Math.max(1, Arrays.stream(counts[i]).sum());
      for (int j = 0; j < counts.length; j++) {
        double share = counts[i][j] / sum;
        // The root makes the few wrong ones visible.
        double depth = i == j ? share : Math.sqrt(share);
        int opacity = (int) Math.round(255 * depth) << 24;
        graphics.setColor(new Color((i == j ? RIGHT : WRONG) | opacity, true));
        graphics.fillRect(j * cell, i * cell, cell, cell);
        if (counts.length <= MOST_COUNTED && counts[i][j] > 0) {
          graphics.setColor(depth > 0.55 ? Color.WHITE : Curves.TEXT);
          int baseline = i * cell + (cell + metrics.getAscent() - metrics.getDescent()) / 2;
          Png.centre(graphics, Long.toString(counts[i][j]), j * cell + cell / 2, baseline);
        }
      }
    }
    graphics.setColor(GRID);
    int size = counts.length * cell;
    for (int i = 0; i <= counts.length; i++) {
      graphics.drawLine(0, i * cell, size, i * cell);
      graphics.drawLine(i * cell, 0, i * cell, size);
    }
  }

  private void drawNames(Graphics2D graphics, int size, boolean upright) {
    FontMetrics metrics = graphics.getFontMetrics();
    graphics.setColor(Curves.TEXT);
    int down = (metrics.getAscent() - metrics.getDescent()) / 2;
    for (int i = 0; i < counts.length; i++) {
      String name = classNames.get(i);
      int middle = i * cell + cell / 2;
      int width = metrics.stringWidth(name);
      graphics.drawString(name, -GAP - width, middle + down);
      if (upright) {
        graphics.rotate(-Math.PI / 2, middle, size + GAP);
        graphics.drawString(name, middle - width, size + GAP + down);
        graphics.rotate(Math.PI / 2, middle, size + GAP);
      } else {
        Png.centre(graphics, name, middle, size + GAP + metrics.getAscent());
      }
    }
  }
}
