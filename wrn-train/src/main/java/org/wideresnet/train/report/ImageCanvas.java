package org.wideresnet.train.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Point2D;
import java.util.List;

/** Draws a chart into a picture. */
record ImageCanvas(Graphics2D graphics) implements Chart.Canvas {

  /** The style of a thin, blue curve. */
  static final String THIN = "thin";

  /** The style of a thick, orange curve. */
  static final String THICK = "thick";

  static final Color TEXT = new Color(0x333333);

  private static final Color BLUE = new Color(0x2A78B5);
  private static final Color ORANGE = new Color(0xD55E00);
  private static final Color GRID = new Color(0xE0E0E0);
  private static final Font FONT = new Font(Font.SANS_SERIF, Font.PLAIN, 11);

  @Override
  public void line(double x1, double y1, double x2, double y2) {
    graphics.setColor(GRID);
    graphics.setStroke(new BasicStroke(0.7f));
    graphics.draw(new Line2D.Double(x1, y1, x2, y2));
  }

  @Override
  public void text(String anchor, double x, double y, String text) {
    graphics.setColor(TEXT);
    graphics.setFont(FONT);
    double width = graphics.getFontMetrics().getStringBounds(text, graphics).getWidth();
    double left = anchor.equals("end") ? x - width : anchor.equals("middle") ? x - width / 2 : x;
    graphics.drawString(text, (float) left, (float) y);
  }

  @Override
  public void curve(String style, List<List<Point2D>> pieces, List<Point2D> marks) {
    graphics.setColor(style.equals(THIN) ? BLUE : ORANGE);
    graphics.setStroke(
        new BasicStroke(
            style.equals(THIN) ? 1.3f : 2, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND));
    for (List<Point2D> piece : pieces) {
      Path2D path = new Path2D.Double();
      path.moveTo(piece.get(0).getX(), piece.get(0).getY());
      piece.forEach(point -> path.lineTo(point.getX(), point.getY()));
      graphics.draw(path);
    }
    for (Point2D mark : marks) {
      double left = mark.getX() - Chart.MARK;
      double top = mark.getY() - Chart.MARK;
      graphics.fill(new Ellipse2D.Double(left, top, 2 * Chart.MARK, 2 * Chart.MARK));
    }
  }
}
