package org.wideresnet.model.plot;

import java.awt.Color;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.eclipse.elk.core.math.KVector;
import org.wideresnet.model.Layer;
import org.wideresnet.model.plot.Label.Span;

/**
 * The box of one layer: a black band with its name and class above white cells with the shapes of
 * its input and output. All measures are in points, those of Keras' picture.
 *
 * @param x the left end of the box
 * @param y the upper end of the box
 */
record LayerBox(double x, double y, Label title, List<Cell> cells) {
  static final int HEIGHT = 84;

  /** The black line around and between the cells. */
  private static final int BORDER = 2;

  private static final int CELL_HEIGHT = 38;
  private static final int PADDING = 10;
  private static final int TITLE_SIZE = 16;
  private static final int CELL_SIZE = 14;

  record Cell(Label label, double width) {}

  static LayerBox of(Layer layer, double x, double y) {
    String type = " (%s)".formatted(layer.type().kerasName());
    Label title = new Label(TITLE_SIZE, new Span(layer.name(), true), new Span(type, false));
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

  double width() {
    return cells.stream().mapToDouble(cell -> cell.width() + BORDER).sum() + BORDER;
  }

  void paintOn(Canvas canvas) {
    canvas.rectangle(Color.BLACK, x, y, width(), HEIGHT);
    double top = y + HEIGHT - BORDER - CELL_HEIGHT;
    canvas.text(Color.WHITE, title, new KVector(x + width() / 2, (y + top) / 2));
    double left = x + BORDER;
    for (Cell cell : cells) {
      canvas.rectangle(Color.WHITE, left, top, cell.width(), CELL_HEIGHT);
      canvas.text(
          Color.BLACK, cell.label(), new KVector(left + cell.width() / 2, top + CELL_HEIGHT / 2.0));
      left += cell.width() + BORDER;
    }
  }

  private static Label label(String name, String shape) {
    return new Label(CELL_SIZE, new Span(name, false), new Span(shape, true));
  }
}
