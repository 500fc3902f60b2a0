package org.wideresnet.model.plot;

import java.util.stream.Collectors;
import org.wideresnet.model.Layer;
import org.wideresnet.model.WideResNet;

/** Writes a network in Graphviz' language, with the attributes that Keras' model_to_dot sets. */
final class DotWriter {

  private DotWriter() {}

  /** Returns the network as a graph; the nodes are called as the layers. */
  static String write(WideResNet network) {
    String nodes = network.layers().stream().map(DotWriter::node).collect(Collectors.joining());
    String edges = network.layers().stream().map(DotWriter::edges).collect(Collectors.joining());
    return """
        digraph "%s" {
        rankdir=TB;
        concentrate=true;
        dpi=200;
        splines=ortho;
        node [shape=record, fontname=Helvetica, margin=0];
        edge [penwidth=2];
        """
            .formatted(network.config().name())
        + nodes
        + edges
        + "}\n";
  }

  private static String node(Layer layer) {
    String cells = cell("Output", layer.kerasShape());
    if (!layer.inputs().isEmpty()) {
      cells = cell("Input", LayerBox.inputShape(layer)) + cells;
    }
    return """
        %s [label=<<table border="0" cellborder="1" bgcolor="black" cellpadding="10">\
        <tr><td colspan="2" bgcolor="black"><font point-size="16" color="white">\
        <b>%1$s</b> (%s)</font></td></tr><tr>%s</tr></table>>];
        """
        .formatted(layer.name(), layer.type().kerasName(), cells);
  }

  private static String cell(String name, String shape) {
    return """
        <td bgcolor="white"><font point-size="14">%s shape: <b>%s</b></font></td>"""
        .formatted(name, shape);
  }

  private static String edges(Layer layer) {
    return layer.inputs().stream()
        .map(input -> input.name() + " -> " + layer.name() + ";\n")
        .collect(Collectors.joining());
  }
}
