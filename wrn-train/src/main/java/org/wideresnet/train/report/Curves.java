package org.wideresnet.train.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
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

  static final Color TEXT = new Color(0x333333);

  private static final Color GRID = new Color(0xE0E0E0);
  private static final Color BLUE = new Color(0x2A78B5);
  private static final Color ORANGE = new Color(0xD55E00);
  private static final String THIN = "thin";
  private static final String THICK = "thick";
  private static final int WIDTH = 1200;
  private static final int HEIGHT = 480;
  private static final int TITLE = 34;
  private static final int TOP = 76;
  private static final double SCALE = WIDTH / 2.0 / Chart.WIDTH;

  /** Where the legend is, in units of the charts. */
  private static final int LEGEND = 282;

  /**
   * Takes the rows of a run.
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
    graphics.setColor(TEXT);
    graphics.setFont(new Font(Font.SANS_SERIF, Font.BOLD, 20));
    Png.centre(graphics, title, WIDTH / 2, TITLE);
    graphics.translate(0, TOP);
    graphics.scale(SCALE, SCALE);
    draw(graphics, panel("loss", Quantity.TRAINING_LOSS, Quantity.HELD_OUT_LOSS));
    graphics.translate(Chart.WIDTH, 0);
    draw(graphics, panel("accuracy, %", Quantity.TRAINING_ACCURACY, Quantity.HELD_OUT_ACCURACY));
  }

  private Chart panel(String name, Quantity training, Quantity measured) {
    double[] epochs = rows.stream().mapToDouble(row -> row.epoch() + 1).toArray();
    List<Chart.Series> series =
        List.of(
            new Chart.Series(THIN, epochs, Chart.values(training, rows)),
            new Chart.Series(THICK, epochs, Chart.values(measured, rows)));
    Chart chart = new Chart(List.of(), List.of(), List.of());
    if (series.stream()
        .flatMapToDouble(one -> DoubleStream.of(one.y()))
        .anyMatch(Double::isFinite)) {
      Axis x = Axis.covering(0, epochs[epochs.length - 1], 1);
      chart = Chart.of(x, "epochs", Chart.scale(training, rows), series);
    }
    History.Row last = rows.get(rows.size() - 1);
    List<Chart.Text> texts = new ArrayList<>(chart.texts());
    texts.add(new Chart.Text("start", Chart.LEFT, -6, name));
    texts.add(legend(100, "training: " + NumberFormats.of(training, last)));
    texts.add(legend(270, heldOut + ": " + NumberFormats.of(measured, last)));
    List<Chart.Curve> curves = new ArrayList<>(chart.curves());
    curves.add(legendLine(THIN, 100));
    curves.add(legendLine(THICK, 270));
    return new Chart(chart.lines(), texts, curves);
  }

  private static Chart.Text legend(int x, String text) {
    return new Chart.Text("start", x + 26, LEGEND + 4, text);
  }

  private static Chart.Curve legendLine(String style, int x) {
    List<Chart.Point> ends = List.of(new Chart.Point(x, LEGEND), new Chart.Point(x + 20, LEGEND));
    return new Chart.Curve(style, List.of(ends), List.of());
  }

  private static void draw(Graphics2D graphics, Chart chart) {
    graphics.setColor(GRID);
    graphics.setStroke(new BasicStroke(0.7f));
    chart.lines().forEach(l -> graphics.draw(new Line2D.Double(l.x1(), l.y1(), l.x2(), l.y2())));
    graphics.setColor(TEXT);
    graphics.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 11));
    FontMetrics metrics = graphics.getFontMetrics();
    for (Chart.Text text : chart.texts()) {
      double width = metrics.getStringBounds(text.text(), graphics).getWidth();
      double before =
          switch (text.anchor()) {
            case "end" -> width;
            case "middle" -> width / 2;
            default -> 0;
          };
      graphics.drawString(text.text(), (float) (text.x() - before), (float) text.y());
    }
    for (Chart.Curve curve : chart.curves()) {
      boolean thin = curve.style().equals(THIN);
      graphics.setColor(thin ? BLUE : ORANGE);
      graphics.setStroke(
          new BasicStroke(thin ? 1.3f : 2, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND));
      for (List<Chart.Point> piece : curve.pieces()) {
        Path2D path = new Path2D.Double();
        path.moveTo(piece.get(0).x(), piece.get(0).y());
        piece.forEach(point -> path.lineTo(point.x(), point.y()));
        graphics.draw(path);
      }
      for (Chart.Point mark : curve.marks()) {
        double size = 2 * Chart.MARK;
        graphics.fill(
            new Ellipse2D.Double(mark.x() - Chart.MARK, mark.y() - Chart.MARK, size, size));
      }
    }
  }
}
