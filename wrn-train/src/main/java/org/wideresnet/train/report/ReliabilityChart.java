package org.wideresnet.train.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.wideresnet.train.metrics.Metrics.ReliabilityBin;

/**
 * A reliability diagram: for each bin of confidence a bar as high as the accuracy in it, and the
 * distance to the mean confidence in orange; on the diagonal a classifier is as sure as it is
 * right. Below it, how the examples are spread over the bins.
 *
 * @param bins bins of equal width, from the least sure to the surest
 * @param error the expected calibration error
 * @see <a href="https://arxiv.org/abs/1706.04599">Guo et al., figure 1</a>
 */
public record ReliabilityChart(List<ReliabilityBin> bins, double error) {

  private static final Color BAR = new Color(0x1F5F99);
  private static final Color GAP = new Color(0xB3D55E00, true);
  private static final Color GRID = new Color(0xE0E0E0);
  private static final Axis AXIS = Axis.covering(0, 100, 20);
  private static final int LEFT = 84;
  private static final int TOP = 48;
  private static final int SIDE = 450;
  private static final int BETWEEN = 16;
  private static final int COUNTS = 90;
  private static final int WIDTH = LEFT + SIDE + 24;
  private static final int HEIGHT = TOP + SIDE + BETWEEN + COUNTS + 56;

  /** Returns the picture, 558 x 660 pixels. */
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
    drawAxes(graphics);
    int counts = TOP + SIDE + BETWEEN + COUNTS;
    double most = Math.max(1, bins.stream().mapToLong(ReliabilityBin::examples).max().orElse(1));
    for (int i = 0; i < bins.size(); i++) {
      ReliabilityBin bin = bins.get(i);
      if (bin.examples() > 0) {
        graphics.setColor(BAR);
        fill(graphics, i, TOP + SIDE - SIDE * bin.accuracy(), SIDE * bin.accuracy());
        double share = bin.examples() / most;
        fill(graphics, i, counts - COUNTS * share, COUNTS * share);
        graphics.setColor(GAP);
        double gap = bin.confidence() - bin.accuracy();
        double upper = Math.max(bin.confidence(), bin.accuracy());
        fill(graphics, i, TOP + SIDE - SIDE * upper, SIDE * Math.abs(gap));
      }
    }
    graphics.setColor(Curves.TEXT);
    graphics.setStroke(new BasicStroke(1.5f));
    graphics.draw(new Line2D.Double(LEFT, TOP + SIDE, LEFT + SIDE, TOP));
    graphics.draw(new Line2D.Double(LEFT, counts, LEFT + SIDE, counts));
  }

  private void drawAxes(Graphics2D graphics) {
    int middle = LEFT + SIDE / 2;
    graphics.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 14));
    for (double tick : AXIS.ticks()) {
      int across = (int) (LEFT + SIDE * AXIS.share(tick));
      int down = (int) (TOP + SIDE - SIDE * AXIS.share(tick));
      graphics.setColor(GRID);
      graphics.drawLine(LEFT, down, LEFT + SIDE, down);
      graphics.setColor(Curves.TEXT);
      String label = AXIS.label(tick);
      int width = graphics.getFontMetrics().stringWidth(label);
      graphics.drawString(label, LEFT - 8 - width, down + 5);
      Png.centre(graphics, label, across, HEIGHT - 34);
    }
    Png.centre(graphics, "probability of the predicted class, %", middle, HEIGHT - 10);
    drawUpwards(graphics, "accuracy, %", TOP + SIDE / 2);
    drawUpwards(graphics, "examples", TOP + SIDE + BETWEEN + COUNTS / 2);
    graphics.setFont(new Font(Font.SANS_SERIF, Font.BOLD, 18));
    String title = String.format(Locale.ROOT, "expected calibration error %.2f %%", 100 * error);
    Png.centre(graphics, title, middle, 30);
  }

  private static void drawUpwards(Graphics2D graphics, String text, int y) {
    graphics.rotate(-Math.PI / 2, 24, y);
    Png.centre(graphics, text, 24, y);
    graphics.rotate(Math.PI / 2, 24, y);
  }

  private void fill(Graphics2D graphics, int bin, double y, double height) {
    double width = (double) SIDE / bins.size();
    graphics.fill(new Rectangle2D.Double(LEFT + bin * width + 1, y, width - 2, height));
  }
}
