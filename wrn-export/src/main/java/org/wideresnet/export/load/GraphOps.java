package org.wideresnet.export.load;

import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;

import com.google.common.io.Resources;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.tensorflow.proto.AssetFileDef;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.CollectionDef;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;
import org.tensorflow.proto.TensorInfo;

/**
 * What the ops of a SavedModel may reach. A graph is a program: some ops write files, open
 * connections or start processes. Every op must be one that classifiers need (the list is {@code
 * ops.txt}), those in the library of functions too. Variables may be restored and tables filled
 * from assets while the model is loaded, and from no file but its own; the ops that save variables
 * may be there, but nothing that a request or the loader runs may lead to them.
 */
final class GraphOps {
  private static final Set<String> ALLOWED = allowed();

  /** Ops that read a file, and which input names it. */
  private static final Map<String, Integer> READERS =
      Map.of("RestoreV2", 0, "InitializeTableFromTextFileV2", 1);

  private static final Set<String> SAVERS = Set.of("SaveV2", "MergeV2Checkpoints");
  private static final List<String> INIT_COLLECTIONS =
      List.of("saved_model_main_op", "legacy_init_op");
  private static final List<String> INIT_SIGNATURES =
      List.of("__saved_model_init_op", "__saved_model_train_op");

  /** A file that TensorFlow does not tell the name of. */
  private static final String UNKNOWN = "";

  private final Path folder;
  private final MetaGraphDef model;
  private final Map<String, NodeDef> nodes;
  private final Map<String, FunctionDef> functions;
  private final Set<String> seenCalls = new HashSet<>();

  /** The tensors whose value a loader replaces by the name of a file of the model. */
  private Set<String> ownFiles = Set.of();

  GraphOps(Path folder, MetaGraphDef model) {
    this.folder = folder;
    this.model = model;
    nodes =
        model.getGraphDef().getNodeList().stream()
            .collect(toMap(NodeDef::getName, node -> node, (first, second) -> second));
    functions =
        model.getGraphDef().getLibrary().getFunctionList().stream()
            .collect(toMap(f -> f.getSignature().getName(), f -> f, (first, second) -> second));
  }

  /**
   * Checks the graph.
   *
   * @throws IllegalArgumentException if it has an op that it should not have; the message names it
   */
  void check() {
    Stream.concat(
            model.getGraphDef().getNodeList().stream(),
            model.getGraphDef().getLibrary().getFunctionList().stream()
                .flatMap(function -> function.getNodeDefList().stream()))
        .filter(node -> !isKnown(node.getOp()))
        .findFirst()
        .ifPresent(this::refuse);

    Set<String> assets = new HashSet<>();
    for (AssetFileDef asset : model.getAssetFileDefList()) {
      Path all = folder.resolve("assets");
      if (!all.resolve(asset.getFilename()).normalize().startsWith(all.normalize())) {
        throw new IllegalArgumentException(
            "The SavedModel %s has the asset '%s', which is not in its folder."
                .formatted(folder, asset.getFilename()));
      }
      assets.add(tensor(asset.getTensorInfo().getName()));
    }
    List<String> init = new ArrayList<>();
    List<String> requests = new ArrayList<>();
    model
        .getSignatureDefMap()
        .forEach(
            (name, signature) ->
                (INIT_SIGNATURES.contains(name) ? init : requests)
                    .addAll(
                        signature.getOutputsMap().values().stream()
                            .map(TensorInfo::getName)
                            .toList()));
    for (String collection : INIT_COLLECTIONS) {
      init.addAll(
          model
              .getCollectionDefOrDefault(collection, CollectionDef.getDefaultInstance())
              .getNodeList()
              .getValueList());
    }
    run(requests, Set.of());
    run(init, assets);
    run(
        List.of(model.getSaverDef().getRestoreOpName()),
        Set.of(tensor(model.getSaverDef().getFilenameTensorName())));
  }

  /** Goes through all nodes that are run for a result. */
  private void run(List<String> targets, Set<String> files) {
    ownFiles = files;
    seenCalls.clear();
    Deque<String> next = new ArrayDeque<>(targets);
    Set<String> seen = new HashSet<>();
    while (!next.isEmpty()) {
      String name = tensor(next.pop()).replaceFirst(":.*", "");
      if (nodes.containsKey(name) && seen.add(name)) {
        NodeDef node = nodes.get(name);
        visit(node, node.getInputList().stream().map(GraphOps::tensor).toList());
        next.addAll(node.getInputList());
      }
    }
  }

  /**
   * Checks a node that is run, and the functions it calls.
   *
   * @param inputs the tensors of the graph that its inputs are, as far as they are known
   */
  private void visit(NodeDef node, List<String> inputs) {
    Integer file = READERS.get(node.getOp());
    if (SAVERS.contains(node.getOp())
        || (file != null && !(file < inputs.size() && ownFiles.contains(inputs.get(file))))) {
      refuse(node);
    }
    boolean isCall =
        node.getOp().endsWith("PartitionedCall") || functions.containsKey(node.getOp());
    List<String> arguments = isCall ? inputs : List.of();
    if (functions.containsKey(node.getOp())) {
      call(node.getOp(), arguments);
    }
    for (AttrValue value : node.getAttrMap().values()) {
      if (value.hasFunc()) {
        call(value.getFunc().getName(), arguments);
      }
      value.getList().getFuncList().forEach(function -> call(function.getName(), arguments));
    }
  }

  private void call(String name, List<String> arguments) {
    FunctionDef function = functions.get(name);
    if (function == null || !seenCalls.add(name + arguments)) {
      return;
    }
    Map<String, String> known = new HashMap<>();
    List<OpDef.ArgDef> parameters = function.getSignature().getInputArgList();
    for (int i = 0; i < Math.min(parameters.size(), arguments.size()); i++) {
      known.put(parameters.get(i).getName(), arguments.get(i));
    }
    for (NodeDef node : function.getNodeDefList()) {
      visit(
          node,
          node.getInputList().stream().map(input -> known.getOrDefault(input, UNKNOWN)).toList());
    }
  }

  private boolean isKnown(String op) {
    return ALLOWED.contains(op)
        || READERS.containsKey(op)
        || SAVERS.contains(op)
        || functions.containsKey(op);
  }

  private void refuse(NodeDef node) {
    throw new IllegalArgumentException(
        "The SavedModel %s has the op %s ('%s'), which no classifier needs and which may reach files, processes or the network; load it with --trust if you know who made it."
            .formatted(folder, node.getOp(), node.getName()));
  }

  /** Returns the full name of a tensor. */
  private static String tensor(String name) {
    return name.contains(":") || name.startsWith("^") ? name.replaceFirst("^\\^", "") : name + ":0";
  }

  private static Set<String> allowed() {
    try {
      return Resources.readLines(
              Resources.getResource(GraphOps.class, "ops.txt"), StandardCharsets.UTF_8)
          .stream()
          .filter(line -> !line.startsWith("#"))
          .flatMap(line -> Stream.of(line.trim().split("\\s+")))
          .filter(op -> !op.isEmpty())
          .collect(toSet());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
