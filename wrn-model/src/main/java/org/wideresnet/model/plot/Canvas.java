package org.wideresnet.model.plot;

import java.awt.Color;
import org.eclipse.elk.core.math.KVector;

/** What a picture is painted on, in points from the upper left corner. */
interface Canvas {
  void rectangle(Color color, double x, double y, double width, double height);

  /** Writes a line of text around its middle. */
  void text(Color color, Label label, KVector middle);

  void arrow(Arrow arrow);
}
