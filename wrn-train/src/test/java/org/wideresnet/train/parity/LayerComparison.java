package org.wideresnet.train.parity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.wideresnet.model.Layer;
import org.wideresnet.model.WideResNet;
import org.wideresnet.model.summary.ModelSummary;

/** Compares the layers of a network, and the table that {@code wrn summary} prints of them. */
final class LayerComparison {
  private final Twin twin;
  private final ParityTable table;

  LayerComparison(Twin twin, ParityTable table) {
    this.twin = twin;
    this.table = table;
  }

  /** Compares a network with dropout, or without where {@code dropout} is 0. */
  void compare(ParityCase network, float dropout) throws IOException {
    WideResNet java = WideResNet.of(network.config().withDropout(dropout));
    String printed = twin.print(network.command("layers", "--dropout", String.valueOf(dropout)));
    int end = printed.indexOf("\n{") + 1;
    JsonNode keras = new ObjectMapper().readTree(printed.substring(end));
    List<String> expected =
        new ArrayList<>(stream(keras.get("layers")).map(LayerComparison::line).toList());
    expected.add(keras.get("trainable_params") + " " + keras.get("non_trainable_params"));
    List<String> actual =
        new ArrayList<>(java.layers().stream().map(LayerComparison::line).toList());
    actual.add(java.trainableParameters() + " " + java.movingStatistics());
    String where = network + (dropout > 0 ? ", dropout" : "");
    table.add(ParityCheck.LAYERS, where, differences(actual, expected));

    ModelSummary summary = new ModelSummary(java);
    List<String> text = (summary.created() + "\n" + summary.text(80)).lines().toList();
    List<String> kerasText = printed.substring(0, end).lines().toList();
    table.add(ParityCheck.SUMMARY, where, differences(text, kerasText));
  }

  private static int differences(List<String> actual, List<String> expected) {
    int common = Math.min(actual.size(), expected.size());
    int different = Math.max(actual.size(), expected.size()) - common;
    for (int i = 0; i < common; i++) {
      different += actual.get(i).equals(expected.get(i)) ? 0 : 1;
    }
    return different;
  }

  private static String line(Layer layer) {
    return "%s %s %s %d from %s"
        .formatted(
            layer.name(),
            layer.type().kerasName(),
            layer.kerasShape(),
            layer.parameters(),
            layer.inputs());
  }

  private static String line(JsonNode layer) {
    String shape =
        stream(layer.get("output_shape"))
            .map(JsonNode::asText)
            .collect(Collectors.joining(", ", "(", ")"))
            .replace("null", "None");
    List<String> inbound = stream(layer.get("inbound")).map(JsonNode::asText).toList();
    return "%s %s %s %d from %s"
        .formatted(
            layer.get("name").asText(),
            layer.get("type").asText(),
            shape,
            layer.get("params").asLong(),
            inbound);
  }

  private static Stream<JsonNode> stream(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }
}
