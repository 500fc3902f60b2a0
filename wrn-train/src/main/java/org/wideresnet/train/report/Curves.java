package org.wideresnet.train.report;

import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.geom.Point2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.DoubleStream;
import org.wideresnet.train.run.History;
import org.wideresnet.train.run.History.Quantity;

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
  private static final int TITLE = 34;
  private static final int TOP = 76;
  private static final double SCALE = WIDTH / 2.0 / Chart.WIDTH;

  /** Where the legend is, in units of the charts. */
  private static final int LEGEND = 282;

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
    graphics.setColor(ImageCanvas.TEXT);
    graphics.setFont(new Font(Font.SANS_SERIF, Font.BOLD, 20));
    Png.centre(graphics, title, WIDTH / 2, TITLE);
    graphics.translate(0, TOP);
    graphics.scale(SCALE, SCALE);
    ImageCanvas canvas = new ImageCanvas(graphics);
    drawPanel(canvas, "loss", Quantity.TRAINING_LOSS, Quantity.HELD_OUT_LOSS);
    graphics.translate(Chart.WIDTH, 0);
    drawPanel(canvas, "accuracy, %", Quantity.TRAINING_ACCURACY, Quantity.HELD_OUT_ACCURACY);
  }

  private void drawPanel(ImageCanvas canvas, String name, Quantity training, Quantity measured) {
    double[] epochs = rows.stream().mapToDouble(row -> row.epoch() + 1).toArray();
    List<Chart.Curve> curves =
        List.of(
            new Chart.Curve(ImageCanvas.THIN, epochs, Chart.values(training, rows)),
            new Chart.Curve(ImageCanvas.THICK, epochs, Chart.values(measured, rows)));
    if (curves.stream()
        .flatMapToDouble(curve -> DoubleStream.of(curve.y()))
        .anyMatch(Double::isFinite)) {
      Axis x = Axis.covering(0, epochs[epochs.length - 1], 1);
      new Chart(x, "epochs", Chart.scale(training, rows)).draw(curves, canvas);
    }
    canvas.text("start", Chart.LEFT, -6, name);
    drawLegend(canvas, 100, ImageCanvas.THIN, "training", training);
    drawLegend(canvas, 270, ImageCanvas.THICK, heldOut, measured);
  }

  private void drawLegend(ImageCanvas canvas, int x, String style, String name, Quantity quantity) {
    List<Point2D> line = List.of(new Point2D.Double(x, LEGEND), new Point2D.Double(x + 20, LEGEND));
    canvas.curve(style, List.of(line), List.of());
    String last = NumberFormats.of(quantity, rows.get(rows.size() - 1));
    canvas.text("start", x + 26, LEGEND + 4, name + ": " + last);
  }
}
