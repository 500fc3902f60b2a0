package org.wideresnet.model.plot;

import java.awt.Color;
import org.wideresnet.model.plot.Arrow.Point;

/**
 * What a picture in black and white is painted on. All measures are in points, from the upper left
 * corner.
 */
interface Canvas {

  /** Fills a rectangle. */
  void rectangle(Color color, double x, double y, double width, double height);

  /** Writes a line of text around its middle. */
  void text(Color color, Label label, Point middle);

  /** Draws a black arrow. */
  void arrow(Arrow arrow);
}
