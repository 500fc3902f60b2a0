package org.wideresnet.model.plot;

import java.awt.Color;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.elk.alg.layered.options.FixedAlignment;
import org.eclipse.elk.alg.layered.options.LayeredOptions;
import org.eclipse.elk.alg.layered.options.OrderingStrategy;
import org.eclipse.elk.core.RecursiveGraphLayoutEngine;
import org.eclipse.elk.core.options.CoreOptions;
import org.eclipse.elk.core.options.Direction;
import org.eclipse.elk.core.options.EdgeRouting;
import org.eclipse.elk.core.util.BasicProgressMonitor;
import org.eclipse.elk.core.util.ElkUtil;
import org.eclipse.elk.graph.ElkNode;
import org.eclipse.elk.graph.util.ElkGraphUtil;
import org.wideresnet.model.Layer;
import org.wideresnet.model.WideResNet;

/**
 * Where the boxes and arrows of a network's picture stand, found by the layered layout of the
 * Eclipse Layout Kernel: the input at the top, each layer below its inputs. All measures are in
 * points, from the upper left corner.
 */
record Drawing(double width, double height, List<LayerBox> boxes, List<Arrow> arrows) {
  private static final double LAYER_DISTANCE = 36;
  private static final double LINE_DISTANCE = 15;

  static Drawing of(WideResNet network) {
    ElkNode graph = emptyGraph();
    Map<Layer, ElkNode> nodes = new LinkedHashMap<>();
    for (Layer layer : network.layers()) {
      ElkNode node = ElkGraphUtil.createNode(graph);
      node.setDimensions(LayerBox.of(layer, 0, 0).width(), LayerBox.HEIGHT);
      layer.inputs().forEach(input -> ElkGraphUtil.createSimpleEdge(nodes.get(input), node));
      nodes.put(layer, node);
    }
    new RecursiveGraphLayoutEngine().layout(graph, new BasicProgressMonitor());
    List<LayerBox> boxes = new ArrayList<>();
    nodes.forEach((layer, node) -> boxes.add(LayerBox.of(layer, node.getX(), node.getY())));
    List<Arrow> arrows =
        graph.getContainedEdges().stream()
            .map(edge -> new Arrow(ElkUtil.createVectorChain(edge.getSections().get(0))))
            .toList();
    return new Drawing(graph.getWidth(), graph.getHeight(), boxes, arrows);
  }

  void paintOn(Canvas canvas) {
    canvas.rectangle(Color.WHITE, 0, 0, width, height);
    arrows.forEach(canvas::arrow);
    boxes.forEach(box -> box.paintOn(canvas));
  }

  /** The settings that keep the way through the blocks straight and the shortcuts at its right. */
  private static ElkNode emptyGraph() {
    ElkNode graph = ElkGraphUtil.createGraph();
    graph.setProperty(CoreOptions.ALGORITHM, LayeredOptions.ALGORITHM_ID);
    graph.setProperty(LayeredOptions.DIRECTION, Direction.DOWN);
    graph.setProperty(LayeredOptions.EDGE_ROUTING, EdgeRouting.ORTHOGONAL);
    graph.setProperty(LayeredOptions.SPACING_NODE_NODE_BETWEEN_LAYERS, LAYER_DISTANCE);
    graph.setProperty(LayeredOptions.SPACING_EDGE_NODE_BETWEEN_LAYERS, LINE_DISTANCE);
    graph.setProperty(LayeredOptions.SPACING_EDGE_NODE, LINE_DISTANCE);
    graph.setProperty(
        LayeredOptions.CONSIDER_MODEL_ORDER_STRATEGY, OrderingStrategy.NODES_AND_EDGES);
    graph.setProperty(LayeredOptions.NODE_PLACEMENT_BK_FIXED_ALIGNMENT, FixedAlignment.LEFTDOWN);
    return graph;
  }
}
