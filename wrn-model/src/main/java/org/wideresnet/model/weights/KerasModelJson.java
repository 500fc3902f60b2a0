package org.wideresnet.model.weights;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.Locale;
import org.tensorflow.ndarray.Shape;
import org.wideresnet.model.DataFormat;
import org.wideresnet.model.Layer;
import org.wideresnet.model.WideResNet;
import org.wideresnet.model.WideResNetConfig;

/**
 * The JSON in an archive of Keras 3, from which {@code keras.models.load_model} makes the model.
 * What has Keras' default is left out, and so are initialisers, because the weights follow.
 */
final class KerasModelJson {
  private static final JsonMapper JSON = new JsonMapper();

  private KerasModelJson() {}

  /** Returns {@code metadata.json}: the first version of Keras that has this format. */
  static byte[] metadata() throws JsonProcessingException {
    return JSON.writeValueAsBytes(JSON.createObjectNode().put("keras_version", "3.0.0"));
  }

  /** Returns {@code config.json}: the layers and how they are connected. */
  static byte[] of(WideResNet network) throws JsonProcessingException {
    ObjectNode config = JSON.createObjectNode().put("name", "functional");
    ArrayNode layers = config.putArray("layers");
    network.layers().forEach(layer -> layers.add(layer(network.config(), layer)));
    config.set("input_layers", output(network.layers().get(0)));
    config.set("output_layers", output(network.logits()));
    ObjectNode model = object("keras.src.models.functional", "Functional");
    model.put("registered_name", "Functional").set("config", config);
    return JSON.writeValueAsBytes(model);
  }

  private static ObjectNode object(String module, String className) {
    return JSON.createObjectNode().put("module", module).put("class_name", className);
  }

  private static JsonNode layer(WideResNetConfig network, Layer layer) {
    ObjectNode node = object("keras.layers", layer.type().kerasName()).put("name", layer.name());
    node.set("config", settings(network, layer).put("name", layer.name()));
    ArrayNode calls = node.putArray("inbound_nodes");
    if (!layer.inputs().isEmpty()) {
      ObjectNode call = calls.addObject();
      ArrayNode arguments = call.putArray("args");
      // One tensor, or a list of them.
      ArrayNode tensors = layer.inputs().size() == 1 ? arguments : arguments.addArray();
      layer.inputs().forEach(input -> tensors.add(tensor(input)));
      call.putObject("kwargs");
    }
    return node;
  }

  private static ObjectNode settings(WideResNetConfig network, Layer layer) {
    ObjectNode config = JSON.createObjectNode();
    boolean channelsFirst = network.dataFormat() == DataFormat.CHANNELS_FIRST;
    String dataFormat = channelsFirst ? "channels_first" : "channels_last";
    switch (layer.type()) {
      case INPUT -> config.set("batch_shape", batchOf(layer.outputShape()));
      case CONVOLUTION -> {
        Shape kernel = layer.weights().get(0).shape();
        config.put("filters", kernel.get(3)).put("use_bias", false);
        config.put("padding", layer.padding().toLowerCase(Locale.ROOT));
        config.putArray("kernel_size").add(kernel.get(0)).add(kernel.get(1));
        config.putArray("strides").add(layer.stride()).add(layer.stride());
        config.put("data_format", dataFormat);
      }
      case BATCH_NORMALIZATION ->
          config
              .put("axis", channelsFirst ? 1 : -1)
              .put("momentum", network.batchNorm().momentum())
              .put("epsilon", network.batchNorm().epsilon());
      case ACTIVATION -> config.put("activation", "relu");
      case DROPOUT -> config.put("rate", network.dropout());
      case ADD -> {}
      case ZERO_PADDING -> config.put("padding", 1).put("data_format", dataFormat);
      case AVERAGE_POOLING -> {
        config.putArray("pool_size").add(8).add(8);
        config.put("data_format", dataFormat);
      }
      case FLATTEN -> config.put("data_format", dataFormat);
      case DENSE -> config.put("units", layer.outputShape().get(0)).put("activation", "softmax");
    }
    return config;
  }

  /** The output of a layer as another layer's input. */
  private static JsonNode tensor(Layer layer) {
    ObjectNode config = JSON.createObjectNode().put("dtype", "float32");
    config.set("shape", batchOf(layer.outputShape()));
    config.set("keras_history", output(layer));
    return JSON.createObjectNode().put("class_name", "__keras_tensor__").set("config", config);
  }

  private static ArrayNode output(Layer layer) {
    return JSON.createArrayNode().add(layer.name()).add(0).add(0);
  }

  private static ArrayNode batchOf(Shape shape) {
    ArrayNode sizes = JSON.createArrayNode().addNull();
    Arrays.stream(shape.asArray()).forEach(sizes::add);
    return sizes;
  }
}
