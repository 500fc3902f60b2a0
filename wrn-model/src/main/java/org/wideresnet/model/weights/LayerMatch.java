package org.wideresnet.model.weights;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.tensorflow.ndarray.Shape;
import org.wideresnet.model.Layer;
import org.wideresnet.model.Variant;
import org.wideresnet.model.Weight;
import org.wideresnet.model.WideResNet;
import org.wideresnet.model.WideResNetConfig;

/**
 * Finds the weights of a network in a file of Keras by topology, because names differ: Keras counts
 * on where another model of the same process ended, and users choose their own.
 *
 * <p>The first 3x3 convolution of the file is the first of the network, and so on with 1x1
 * convolutions, batch normalisations and dense layers. It is Keras' own rule but for one thing: a
 * 1x1 shortcut may stand before the 3x3 convolution beside it.
 */
final class LayerMatch {
  private static final Set<String> NAMES =
      Set.of("kernel", "bias", "gamma", "beta", "moving_mean", "moving_variance");

  private final Map<String, StoredLayer.StoredWeight> weights = new LinkedHashMap<>();
  private String mismatch;

  private LayerMatch(WideResNet network, List<StoredLayer> stored) {
    Map<String, Deque<StoredLayer>> left = new HashMap<>();
    List<Layer> layers = network.layers().stream().filter(l -> !l.weights().isEmpty()).toList();
    layers.forEach(layer -> left.putIfAbsent(kind(shapes(layer)), new ArrayDeque<>()));
    for (StoredLayer layer : stored) {
      Deque<StoredLayer> kind = left.get(kind(layer.shapes()));
      if (kind == null) {
        noPlaceFor(layer);
      } else {
        kind.add(layer);
      }
    }
    layers.forEach(layer -> match(layer, left.get(kind(shapes(layer))).poll()));
    left.values().stream().flatMap(Deque::stream).findFirst().ifPresent(this::noPlaceFor);
  }

  /**
   * Returns what the file holds for each weight of the network.
   *
   * @param file the name of the file, for messages
   * @throws IllegalArgumentException if it holds another network; the message names the first
   *     difference
   */
  static Map<String, StoredLayer.StoredWeight> of(
      Object file, WideResNet network, List<StoredLayer> stored) {
    LayerMatch match = new LayerMatch(network, stored);
    if (match.mismatch != null) {
      String held =
          held(network.config().variant(), stored).map(name -> "; it holds " + name).orElse("");
      throw new IllegalArgumentException(
          "%s does not fit %s: %s%s."
              .formatted(file, network.config().fullName(), match.mismatch, held));
    }
    return match.weights;
  }

  private void match(Layer layer, StoredLayer found) {
    if (found == null) {
      no("it holds no layer for %s", layer.name());
      return;
    }
    for (int i = 0; i < found.weights().size(); i++) {
      StoredLayer.StoredWeight stored = found.weights().get(i);
      Weight weight = layer.weights().get(i);
      String storedName = stored.name().replaceAll(".*/|:\\d+$", "");
      if (!stored.shape().equals(weight.shape())) {
        no(
            "its %s has the shape %s where %s needs %s",
            stored.name(), stored.shape(), weight.name(), weight.shape());
      } else if (NAMES.contains(storedName) && !weight.name().endsWith("/" + storedName)) {
        no("its %s stands where %s is expected", stored.name(), weight.name());
      } else if (!stored.isFloat()) {
        no("its %s is not of 32-bit floats", stored.name());
      }
      weights.put(weight.name(), stored);
    }
  }

  private void noPlaceFor(StoredLayer layer) {
    String shapes = layer.shapes().map(Shape::toString).collect(Collectors.joining(", "));
    no("its %s with weights of %s has no place there", layer.name(), shapes);
  }

  /** Keeps the first difference. */
  private void no(String difference, Object... arguments) {
    mismatch = mismatch == null ? difference.formatted(arguments) : mismatch;
  }

  /** Returns the number of classes that the dense layer tells apart, if there is one. */
  static OptionalInt classes(List<StoredLayer> stored) {
    return stored.stream()
        .filter(layer -> kind(layer.shapes()).equals("dense"))
        .mapToInt(layer -> (int) layer.weights().get(0).shape().get(1))
        .findFirst();
  }

  /** The Wide ResNet that a file does hold, if it is one. */
  private static Optional<String> held(Variant preferred, List<StoredLayer> stored) {
    List<String> kinds = stored.stream().map(layer -> kind(layer.shapes())).toList();
    int depth = Collections.frequency(kinds, "3x3") + 3;
    int dense = kinds.indexOf("dense");
    if (dense < 0) {
      return Optional.empty();
    }
    Shape kernel = stored.get(dense).weights().get(0).shape();
    return Stream.of(preferred, Variant.KERAS, Variant.PAPER)
        .flatMap(
            variant ->
                config(variant, depth, (int) (kernel.get(0) / 64), (int) kernel.get(1)).stream())
        .filter(config -> new LayerMatch(WideResNet.of(config), stored).mismatch == null)
        .map(WideResNetConfig::fullName)
        .findFirst();
  }

  /** Returns the network of a size, if there is one. */
  static Optional<WideResNetConfig> config(Variant variant, int depth, int width, int classes) {
    try {
      return Optional.of(variant.config(depth, width, classes));
    } catch (IllegalArgumentException e) { // not the depth, or width, of a Wide ResNet
      return Optional.empty();
    }
  }

  /** Layers of a kind are told apart by their order alone. */
  private static String kind(Stream<Shape> shapes) {
    List<Shape> list = shapes.toList();
    List<Integer> ranks = list.stream().map(Shape::numDimensions).toList();
    if (ranks.equals(List.of(4))) {
      return list.get(0).get(0) + "x" + list.get(0).get(1);
    }
    return ranks.equals(List.of(2, 1)) ? "dense" : ranks.toString();
  }

  private static Stream<Shape> shapes(Layer layer) {
    return layer.weights().stream().map(Weight::shape);
  }
}
