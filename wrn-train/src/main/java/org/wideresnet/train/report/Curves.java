package org.wideresnet.train.report;

import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.wideresnet.train.run.History;

/**
 * The learning curves of a run, over the epochs counted from 1: loss on the left, accuracy on the
 * right, those of the training batches and those on held-out images.
 *
 * @param title what stands above the curves
 * @param heldOut what the {@code val_} columns were measured on, {@code test} or {@code validation}
 * @param rows the rows of a {@link History}, by epoch
 */
public record Curves(String title, String heldOut, List<History.Row> rows) {

  private static final int WIDTH = 1200;
  private static final int HEIGHT = 480;
  private static final int TOP = 50;
  private static final Font TITLE = new Font(Font.SANS_SERIF, Font.BOLD, 20);

  /**
   * Copies the rows.
   *
   * @throws IllegalArgumentException if there are none
   */
  public Curves {
    rows = List.copyOf(rows);
    if (rows.isEmpty()) {
      throw new IllegalArgumentException("There are no curves before the first epoch has ended.");
    }
  }

  /** Returns the picture, 1200 x 480 pixels. */
  public BufferedImage image() {
    return Png.draw(WIDTH, HEIGHT, this::draw);
  }

  /**
   * Writes the picture as PNG, replacing an older one in one step.
   *
   * @throws IOException if the file cannot be written
   */
  public void write(Path file) throws IOException {
    Png.write(image(), file);
  }

  private void draw(Graphics2D graphics) {
    graphics.setFont(TITLE);
    graphics.setColor(CurvePanel.TEXT);
    int width = graphics.getFontMetrics().stringWidth(title);
    graphics.drawString(title, (WIDTH - width) / 2, 34);

    int[] epochs = rows.stream().mapToInt(row -> row.epoch() + 1).toArray();
    graphics.translate(0, TOP);
    new CurvePanel("loss", epochs)
        .add("training", column(History.Row::loss), "%.3f")
        .add(heldOut, column(History.Row::valLoss), "%.3f")
        .paint(graphics, WIDTH / 2, HEIGHT - TOP);
    graphics.translate(WIDTH / 2, 0);
    new CurvePanel("accuracy, %", epochs)
        .add("training", percent(column(History.Row::accuracy)), "%.1f %%")
        .add(heldOut, percent(column(History.Row::valAccuracy)), "%.1f %%")
        .paint(graphics, WIDTH / 2, HEIGHT - TOP);
  }

  private double[] column(ToDoubleFunction<History.Row> value) {
    return rows.stream().mapToDouble(value).toArray();
  }

  private static double[] percent(double[] shares) {
    return Arrays.stream(shares).map(share -> 100 * share).toArray();
  }
}
