package org.wideresnet.model.plot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.eclipse.elk.core.math.KVector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.wideresnet.model.Layer;
import org.wideresnet.model.Variant;
import org.wideresnet.model.WideResNet;

class DrawingTest {

  @ParameterizedTest
  @CsvSource({"KERAS, 16, 2", "PAPER, 16, 1", "KERAS, 28, 10"})
  void arrowsLeadDownFromEachInputToItsLayer(Variant variant, int depth, int k) {
    WideResNet network = WideResNet.of(variant.config(depth, k, 10).withDropout(0.3f));
    Drawing drawing = Drawing.of(network);
    List<String> drawn = new ArrayList<>();
    for (Arrow arrow : drawing.arrows()) {
      LayerBox from = boxWithEdge(drawing, arrow.points().get(0), LayerBox.HEIGHT);
      LayerBox to = boxWithEdge(drawing, arrow.tip(), 0);
      assertThat(from.y() + LayerBox.HEIGHT).isLessThan(to.y());
      drawn.add(name(from) + " -> " + name(to));
    }
    List<String> defined = new ArrayList<>();
    for (Layer layer : network.layers()) {
      layer.inputs().forEach(input -> defined.add(input + " -> " + layer));
    }
    assertThat(drawn).containsExactlyInAnyOrderElementsOf(defined);
  }

  @Test
  void twoArrowsReachAnAdd() {
    Drawing drawing = Drawing.of(WideResNet.of(Variant.KERAS.config(10, 1, 10)));
    LayerBox add = box(drawing, "add_2");
    assertThat(drawing.arrows().stream().map(Arrow::tip).filter(tip -> touches(add, tip, 0)))
        .hasSize(2)
        .doesNotHaveDuplicates();
  }

  @Test
  void boxesStandApartInsideThePicture() {
    Drawing drawing = Drawing.of(WideResNet.of(Variant.KERAS.config(16, 2, 10)));
    for (LayerBox box : drawing.boxes()) {
      assertThat(box.x()).isPositive();
      assertThat(box.y()).isPositive();
      assertThat(box.x() + box.width()).isLessThan(drawing.width());
      assertThat(box.y() + LayerBox.HEIGHT).isLessThan(drawing.height());
      assertThat(drawing.boxes()).noneMatch(other -> other != box && overlap(box, other));
    }
  }

  @Test
  void theWayThroughABlockIsStraight() {
    Drawing drawing = Drawing.of(WideResNet.of(Variant.PAPER.config(16, 1, 10)));
    double middle = middle(box(drawing, "conv2d_1"));
    for (String name : List.of("batch_normalization_1", "activation_1", "conv2d_2")) {
      assertThat(middle(box(drawing, name))).as(name).isCloseTo(middle, within(1.0));
    }
  }

  @Test
  void boxesHoldTheirText() {
    Drawing drawing = Drawing.of(WideResNet.of(Variant.KERAS.config(10, 1, 10)));
    assertThat(drawing.boxes())
        .allMatch(box -> box.title().width() < box.width())
        .flatExtracting(LayerBox::cells)
        .allMatch(cell -> cell.label().width() < cell.width());
  }

  private static LayerBox boxWithEdge(Drawing drawing, KVector point, double edge) {
    List<LayerBox> boxes =
        drawing.boxes().stream().filter(box -> touches(box, point, edge)).toList();
    assertThat(boxes).as("boxes at " + point).hasSize(1);
    return boxes.get(0);
  }

  /** Whether a point is on the horizontal edge that is so far below the top of the box. */
  private static boolean touches(LayerBox box, KVector point, double edge) {
    return Math.abs(box.y() + edge - point.y) < 0.5
        && point.x > box.x()
        && point.x < box.x() + box.width();
  }

  private static boolean overlap(LayerBox one, LayerBox other) {
    return one.x() < other.x() + other.width()
        && other.x() < one.x() + one.width()
        && Math.abs(one.y() - other.y()) < LayerBox.HEIGHT;
  }

  private static LayerBox box(Drawing drawing, String name) {
    return drawing.boxes().stream().filter(box -> name(box).equals(name)).findFirst().orElseThrow();
  }

  private static double middle(LayerBox box) {
    return box.x() + box.width() / 2;
  }

  private static String name(LayerBox box) {
    return box.title().spans().get(0).text();
  }
}
