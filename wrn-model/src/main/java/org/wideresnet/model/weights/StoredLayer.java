package org.wideresnet.model.weights;

import io.jhdf.HdfFile;
import io.jhdf.api.Attribute;
import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import io.jhdf.api.Node;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.tensorflow.ndarray.Shape;

/**
 * A layer with weights in a file that Keras wrote.
 *
 * @param name where it is in the file
 * @param weights its weights, in Keras' order
 */
record StoredLayer(String name, List<StoredWeight> weights) {

  /**
   * A weight in the file. Its values are read when they are asked for.
   *
   * @param name where it is in the file, such as {@code layers/conv2d_3/vars/0} or {@code
   *     conv2d_3/kernel:0}
   * @param isFloat whether the values are floats; no other kind of number is kept bit for bit
   */
  record StoredWeight(String name, Shape shape, boolean isFloat, Dataset dataset) {
    private StoredWeight(String name, Dataset dataset) {
      this(
          name,
          Shape.of(dataset.getDimensionsAsLong()),
          dataset.getJavaType() == float.class,
          dataset);
    }

    /** Reads the values. */
    float[] values() {
      return (float[]) dataset.getDataFlat();
    }
  }

  /** What follows the class in the name of a layer's group in Keras 3, from the second one on. */
  private static final String NUMBER = "_\\d{1,9}$";

  /** Returns the shapes of its weights. */
  Stream<Shape> shapes() {
    return weights.stream().map(StoredWeight::shape);
  }

  /**
   * Finds the layers with weights.
   *
   * @return the layers; those of a class are in the order of the model, those of different classes
   *     perhaps not; none if this is not a file of Keras
   */
  static List<StoredLayer> in(HdfFile file) {
    Group root = file.getChildren().get("model_weights") instanceof Group weights ? weights : file;
    List<String> names = list(root, "layer_names");
    if (!names.isEmpty()) {
      return names.stream()
          .map(name -> legacy(name, (Group) find(root, name)))
          .filter(layer -> !layer.weights.isEmpty())
          .toList();
    }
    List<StoredLayer> layers = new ArrayList<>();
    // Beside the layers there may be optimisers and metrics.
    Group keras3 = file.getChildren().get("layers") instanceof Group inner ? inner : file;
    collect(keras3, layers, new HashSet<>());
    return layers;
  }

  /** A layer as Keras 1 and 2, and {@code model.save("x.h5")} of Keras 3, write it. */
  private static StoredLayer legacy(String name, Group group) {
    return new StoredLayer(
        name,
        list(group, "weight_names").stream()
            .map(weight -> new StoredWeight(weight, (Dataset) find(group, weight)))
            .toList());
  }

  /** Walks through groups as Keras 3 writes them: the weights of a layer are in its "vars". */
  private static void collect(Group group, List<StoredLayer> layers, Set<Long> seen) {
    if (!seen.add(group.getAddress())) {
      return; // a damaged file may lead in circles
    }
    if (group.getChildren().get("vars") instanceof Group vars && !vars.getChildren().isEmpty()) {
      layers.add(
          new StoredLayer(
              path(group),
              vars.getChildren().values().stream()
                  .sorted(Comparator.comparingInt(node -> Integer.parseInt(node.getName())))
                  .map(node -> new StoredWeight(path(node), (Dataset) node))
                  .toList()));
    }
    group.getChildren().values().stream()
        .filter(Node::isGroup)
        .filter(node -> !List.of("vars", "optimizer", "seed_generator").contains(node.getName()))
        .sorted(Comparator.comparing(StoredLayer::kind).thenComparing(StoredLayer::number))
        .forEach(node -> collect((Group) node, layers, seen));
  }

  private static Node find(Group group, String path) {
    Node node = group;
    for (String name : path.split("/")) {
      node = ((Group) node).getChildren().get(name);
      if (node == null) {
        throw new IllegalArgumentException(
            "it names %s/%s and does not hold it".formatted(path(group), path));
      }
    }
    return node;
  }

  private static String kind(Node node) {
    return node.getName().replaceFirst(NUMBER, "");
  }

  private static int number(Node node) {
    String number = node.getName().substring(kind(node).length());
    return number.isEmpty() ? 0 : Integer.parseInt(number.substring(1));
  }

  private static String path(Node node) {
    return node.getPath().replaceAll("^/|/$", "");
  }

  /** An attribute that is a list of texts; Keras splits one that is too long for HDF5. */
  private static List<String> list(Group group, String name) {
    if (group.getAttributes().containsKey(name)) {
      return texts(group.getAttribute(name));
    }
    List<String> list = new ArrayList<>();
    for (int i = 0; group.getAttributes().containsKey(name + i); i++) {
      list.addAll(texts(group.getAttribute(name + i)));
    }
    return list;
  }

  private static List<String> texts(Attribute attribute) {
    return attribute.getData() instanceof String[] texts ? Arrays.asList(texts) : List.of();
  }
}
