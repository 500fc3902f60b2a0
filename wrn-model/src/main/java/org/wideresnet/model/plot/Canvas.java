package org.wideresnet.model.plot;

import org.wideresnet.model.plot.Drawing.Arrow;
import org.wideresnet.model.plot.Drawing.Point;

/** What a {@link Drawing} is painted on. All measures are in points, from the upper left corner. */
interface Canvas {

  /** The two colours of the picture. */
  enum Ink {
    BLACK,
    WHITE
  }

  /** Fills a rectangle. */
  void rectangle(Ink ink, double x, double y, double width, double height);

  /** Writes a line of text around its middle. */
  void text(Ink ink, Label label, Point middle);

  /** Draws a black arrow. */
  void arrow(Arrow arrow);
}
