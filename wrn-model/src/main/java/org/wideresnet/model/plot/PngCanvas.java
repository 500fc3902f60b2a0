package org.wideresnet.model.plot;

import static com.google.common.base.Preconditions.checkArgument;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.List;
import org.eclipse.elk.core.math.KVector;
import org.wideresnet.model.plot.Label.Span;

/** Paints a drawing as a picture of grey pixels. */
final class PngCanvas implements Canvas {
  private static final double PIXELS_PER_POINT = 2;

  /** Taller pictures are refused by many programs; Keras' pictures end there too. */
  private static final int MAX_PIXELS = 32_767;

  private static final double MIN_READABLE = 0.5;

  private final Graphics2D graphics;

  private PngCanvas(Graphics2D graphics) {
    this.graphics = graphics;
  }

  static BufferedImage paint(Drawing drawing) {
    double scale = Math.min(PIXELS_PER_POINT, MAX_PIXELS / drawing.height());
    checkArgument(
        scale >= MIN_READABLE,
        "The network is too deep for a readable PNG; write its picture as .svg or .dot.");
    int width = (int) Math.ceil(drawing.width() * scale);
    int height = (int) (drawing.height() * scale);
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
    Graphics2D graphics = image.createGraphics();
    graphics.scale(scale, scale);
    graphics.setStroke(new BasicStroke(Arrow.LINE_WIDTH));
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    graphics.setRenderingHint(
        RenderingHints.KEY_FRACTIONALMETRICS, RenderingHints.VALUE_FRACTIONALMETRICS_ON);
    graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
    drawing.paintOn(new PngCanvas(graphics));
    graphics.dispose();
    return image;
  }

  @Override
  public void rectangle(Color color, double x, double y, double width, double height) {
    graphics.setColor(color);
    graphics.fill(new Rectangle2D.Double(x, y, width, height));
  }

  @Override
  public void text(Color color, Label label, KVector middle) {
    graphics.setColor(color);
    double x = middle.x - label.width() / 2;
    for (Span span : label.spans()) {
      graphics.setFont(span.font(label.size()));
      graphics.drawString(span.text(), (float) x, (float) label.baseline(middle.y));
      x += span.width(label.size());
    }
  }

  @Override
  public void arrow(Arrow arrow) {
    graphics.setColor(Color.BLACK);
    graphics.draw(path(arrow.line()));
    graphics.fill(path(arrow.head()));
  }

  private static Path2D path(List<KVector> points) {
    Path2D path = new Path2D.Double();
    path.moveTo(points.get(0).x, points.get(0).y);
    points.stream().skip(1).forEach(point -> path.lineTo(point.x, point.y));
    return path;
  }
}
