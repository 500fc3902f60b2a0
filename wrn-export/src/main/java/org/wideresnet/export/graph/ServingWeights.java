package org.wideresnet.export.graph;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.NdArrays;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.ReadVariableOp;
import org.tensorflow.op.core.VarHandleOp;
import org.tensorflow.op.train.Restore;
import org.tensorflow.proto.CollectionDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.SaverDef;
import org.tensorflow.proto.VariableDef;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TString;
import org.tensorflow.types.family.TType;
import org.wideresnet.model.weights.Checkpoint;

/**
 * The weights of a serving graph: large ones are variables, the others constants.
 *
 * <p>Measured with TensorFlow 2.18 on two cores with AVX-512, a request of one image: constants
 * answer in 0.8 to 0.93 of the time of variables (oneDNN then keeps its own copy of a kernel, in
 * the order it likes), but TensorFlow copies them many times over while it optimises the graph of
 * each signature. With three signatures in use WRN-16-2 (2.7 MB) takes 110 MB of memory as
 * constants and 50 MB as variables, WRN-28-10 (146 MB) 2,700 MB and 210 MB, and has answered first
 * after 3.4 to 6.7 s and 0.9 to 1.5 s. So only what is small enough to be copied without harm is a
 * constant: so WRN-16-2 is fast, and WRN-28-10 takes 350 MB and 1.2 to 1.7 s.
 */
public final class ServingWeights implements AutoCloseable {
  /** Weights with more values than these, 1 MiB, are variables. */
  static final int LARGEST_CONSTANT = 1 << 18;

  /** Ops that make the value of a variable of what is stored. */
  interface Transform {
    Operand<TFloat32> of(Ops tf, Operand<TFloat32> stored);
  }

  private record Variable(
      Operand<? extends TType> handle,
      ReadVariableOp<TFloat32> value,
      TFloat32 stored,
      Transform transform) {}

  private final Ops tf;
  private final Map<String, Variable> variables = new LinkedHashMap<>();

  ServingWeights(Ops tf) {
    this.tf = tf;
  }

  /**
   * Adds a weight to the graph.
   *
   * @param name its name, another one for each
   */
  Operand<TFloat32> add(String name, Shape shape, float[] values) {
    if (values.length <= LARGEST_CONSTANT) {
      try (TFloat32 tensor = TFloat32.tensorOf(shape, DataBuffers.of(values))) {
        return tf.constantOf(tensor);
      }
    }
    return addTransformed(name, shape, shape, values, (scope, stored) -> stored);
  }

  /**
   * Adds a variable whose value is computed from what is stored, once, when the model is loaded.
   *
   * @param name its name, another one for each
   * @param shape the shape of its value
   * @param storedShape the shape of what is stored
   * @param stored what is stored
   */
  Operand<TFloat32> addTransformed(
      String name, Shape shape, Shape storedShape, float[] stored, Transform transform) {
    VarHandleOp handle =
        tf.withName(name.replace('/', '_'))
            .varHandleOp(TFloat32.class, shape, VarHandleOp.sharedName(name));
    ReadVariableOp<TFloat32> value = tf.readVariableOp(handle, TFloat32.class);
    TFloat32 tensor = TFloat32.tensorOf(storedShape, DataBuffers.of(stored));
    variables.put(name, new Variable(handle, value, tensor, transform));
    return value;
  }

  /** Returns whether there is a variable. */
  public boolean hasVariables() {
    return !variables.isEmpty();
  }

  /**
   * Adds the ops that a loader sets the variables with, and describes them to it.
   *
   * @param model the description of the graph
   */
  void describe(MetaGraphDef.Builder model) {
    Ops scope = tf.withSubScope("restore");
    Operand<TString> prefix = scope.withName("prefix").constant("variables");
    Restore restored =
        scope.train.restore(
            prefix,
            strings(scope, List.copyOf(variables.keySet())),
            strings(scope, Collections.nCopies(variables.size(), "")),
            Collections.nCopies(variables.size(), TFloat32.class));
    List<Op> assignments = new ArrayList<>();
    CollectionDef.BytesList.Builder definitions = CollectionDef.BytesList.newBuilder();
    for (Variable variable : variables.values()) {
      Operand<TFloat32> stored = restored.tensors().get(assignments.size()).expect(TFloat32.class);
      Op assignment = scope.assignVariableOp(variable.handle, variable.transform.of(scope, stored));
      assignments.add(assignment);
      definitions.addValue(definition(variable, assignment).toByteString());
    }
    Op all = scope.withControlDependencies(assignments).withName("all").noOp();
    String prefixTensor = prefix.op().name() + ":0";
    model.setSaverDef(
        SaverDef.newBuilder()
            .setFilenameTensorName(prefixTensor)
            .setSaveTensorName(prefixTensor)
            .setRestoreOpName(all.op().name())
            .setVersion(SaverDef.CheckpointFormatVersion.V2));
    // Python makes an object of each variable that this collection names.
    model.putCollectionDef(
        "variables", CollectionDef.newBuilder().setBytesList(definitions).build());
  }

  /** Writes the variables as a checkpoint, files that begin with the given path. */
  public void save(Path prefix) {
    Map<String, TFloat32> tensors = new LinkedHashMap<>();
    variables.forEach((name, variable) -> tensors.put(name, variable.stored));
    Checkpoint.save(prefix, tensors);
  }

  @Override
  public void close() {
    variables.values().forEach(variable -> variable.stored.close());
  }

  private static VariableDef definition(Variable variable, Op assignment) {
    return VariableDef.newBuilder()
        .setVariableName(variable.handle.op().name() + ":0")
        .setSnapshotName(variable.value.op().name() + ":0")
        .setInitializerName(assignment.op().name())
        .setIsResource(true)
        .build();
  }

  private static Operand<TString> strings(Ops tf, List<String> values) {
    return tf.constant(NdArrays.vectorOfObjects(values.toArray(String[]::new)));
  }
}
