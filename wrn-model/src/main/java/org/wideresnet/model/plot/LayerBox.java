package org.wideresnet.model.plot;

import java.awt.Color;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.wideresnet.model.Layer;
import org.wideresnet.model.plot.Arrow.Point;
import org.wideresnet.model.plot.Label.Span;

/**
 * The box of one layer: a black band with its name and class above white cells with the shapes of
 * its input and output. All measures are in points, those of Keras' picture.
 *
 * @param x the left end of the box
 * @param y the upper end of the box
 * @param title the name in bold and the class
 * @param cells the cells, from left to right
 */
record LayerBox(double x, double y, Label title, List<Cell> cells) {
  /** The height of any box. */
  static final int HEIGHT = 84;

  /** The black line around and between the cells. */
  private static final int BORDER = 2;

  private static final int CELL_HEIGHT = 38;
  private static final int PADDING = 10;
  private static final int TITLE_SIZE = 16;
  private static final int CELL_SIZE = 14;

  /** A white cell and its width. */
  record Cell(Label label, double width) {}

  /** Returns the box of a layer at a place. */
  static LayerBox of(Layer layer, double x, double y) {
    String type = " (" + layer.type().kerasName() + ")";
    Label title =
        new Label(List.of(new Span(layer.name(), true), new Span(type, false)), TITLE_SIZE);
    List<Label> labels = new ArrayList<>();
    if (!layer.inputs().isEmpty()) {
      labels.add(label("Input shape: ", inputShape(layer)));
    }
    labels.add(label("Output shape: ", layer.kerasShape()));
    double missing = title.width() - labels.stream().mapToDouble(Label::width).sum();
    double extra = 2 * PADDING + Math.max(0, missing / labels.size());
    List<Cell> cells =
        labels.stream().map(label -> new Cell(label, label.width() + extra)).toList();
    return new LayerBox(x, y, title, cells);
  }

  /** Returns the shapes that enter a layer as Keras writes them, several ones in brackets. */
  static String inputShape(Layer layer) {
    String shapes =
        layer.inputs().stream().map(Layer::kerasShape).collect(Collectors.joining(", "));
    return layer.inputs().size() == 1 ? shapes : "[" + shapes + "]";
  }

  /** Returns the width of the box. */
  double width() {
    return cells.stream().mapToDouble(cell -> cell.width() + BORDER).sum() + BORDER;
  }

  /** Paints the box. */
  void paintOn(Canvas canvas) {
    canvas.rectangle(Color.BLACK, x, y, width(), HEIGHT);
    double top = y + HEIGHT - BORDER - CELL_HEIGHT;
    canvas.text(Color.WHITE, title, new Point(x + width() / 2, (y + top) / 2));
    double left = x + BORDER;
    for (Cell cell : cells) {
      canvas.rectangle(Color.WHITE, left, top, cell.width(), CELL_HEIGHT);
      canvas.text(
          Color.BLACK, cell.label(), new Point(left + cell.width() / 2, top + CELL_HEIGHT / 2.0));
      left += cell.width() + BORDER;
    }
  }

  private static Label label(String name, String shape) {
    return new Label(List.of(new Span(name, false), new Span(shape, true)), CELL_SIZE);
  }
}
