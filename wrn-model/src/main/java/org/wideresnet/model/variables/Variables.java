package org.wideresnet.model.variables;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.VarHandleOp;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TType;
import org.wideresnet.model.ForwardPass;
import org.wideresnet.model.Weight;
import org.wideresnet.model.WeightValues;

/**
 * The resource variables of a graph that hold the given weights, float32, addressed by the weights'
 * names. The names are kept here, because scopes of TensorFlow Java cannot spell {@code
 * conv2d/kernel}.
 */
public final class Variables implements WeightValues {
  private record Variable(
      Weight weight,
      Operand<? extends TType> handle,
      Operand<TFloat32> value,
      Placeholder<TFloat32> newValue,
      Op assign,
      Op initialize) {}

  private final Map<String, Variable> variables = new LinkedHashMap<>();
  private final String suffix;

  /**
   * Adds the variables to the graph.
   *
   * @param weights what the variables hold, in order
   * @param seed seed of the initial values; the seed of a weight is (seed, position in the list)
   */
  public Variables(Ops tf, List<Weight> weights, long seed) {
    this(tf, weights, seed, "");
  }

  /**
   * As the other constructor, for values that a graph and a checkpoint hold beside others of the
   * same weights.
   *
   * @param suffix what is added to a weight's name to tell them apart, in {@link #names} too
   */
  public Variables(Ops tf, List<Weight> weights, long seed, String suffix) {
    this.suffix = suffix;
    for (Weight weight : weights) {
      variables.put(weight.name(), create(tf, weight, new long[] {seed, variables.size()}));
    }
  }

  private Variable create(Ops tf, Weight weight, long[] seed) {
    Shape shape = weight.shape();
    Operand<? extends TType> handle =
        tf.varHandleOp(TFloat32.class, shape, VarHandleOp.sharedName(weight.name() + suffix));
    Placeholder<TFloat32> newValue = tf.placeholder(TFloat32.class, Placeholder.shape(shape));
    return new Variable(
        weight,
        handle,
        tf.readVariableOp(handle, TFloat32.class),
        newValue,
        tf.assignVariableOp(handle, newValue),
        tf.assignVariableOp(handle, weight.initializer().values(tf, shape, tf.constant(seed))));
  }

  /** Returns the weights, in order. */
  public List<Weight> weights() {
    return variables.values().stream().map(Variable::weight).toList();
  }

  /** Returns the trainable weights, in order. */
  public List<Weight> trainable() {
    return weights().stream().filter(Weight::trainable).toList();
  }

  /** Returns the resource handle of a variable, for the ops that change it. */
  public Operand<? extends TType> handle(Weight weight) {
    return variable(weight.name()).handle;
  }

  @Override
  public Operand<TFloat32> value(Weight weight) {
    return variable(weight.name()).value;
  }

  /** Sets all variables to their initial values. */
  public void initialize(Session session) {
    Session.Runner runner = session.runner();
    variables.values().forEach(variable -> runner.addTarget(variable.initialize));
    runner.run().close();
  }

  /** Reads all variables: their values by name, in order; the caller closes them. */
  public NamedTensors read(Session session) {
    Session.Runner runner = session.runner();
    variables.values().forEach(variable -> runner.fetch(variable.value));
    return new NamedTensors(names(), runner.run());
  }

  /** Returns the names of the variables, in order. */
  public List<String> names() {
    return variables.keySet().stream().map(name -> name + suffix).toList();
  }

  /**
   * Sets all variables.
   *
   * @param values a float32 tensor of the right shape for each name; further names are ignored
   * @throws IllegalArgumentException if one is missing or has another shape
   */
  public void assign(Session session, Map<String, ? extends Tensor> values) {
    Session.Runner runner = session.runner();
    for (Variable variable : variables.values()) {
      String name = variable.weight.name() + suffix;
      Tensor value = values.get(name);
      Shape shape = variable.weight.shape();
      checkArgument(value != null, "The weight '%s' is missing.", name);
      checkArgument(
          value.shape().equals(shape),
          "The weight '%s' has the shape %s; the network needs %s.",
          name,
          value.shape(),
          shape);
      runner.feed(variable.newValue, value).addTarget(variable.assign);
    }
    runner.run().close();
  }

  /**
   * Adds the ops that move the moving averages of batch normalisation, which inference uses,
   * towards the statistics of a batch.
   *
   * @param momentum the share of the old average that is kept
   * @param statistics as {@link ForwardPass#statistics} has them
   * @return the ops, to be run with a training step
   */
  public List<Op> moveTowards(Ops tf, Map<Weight, Operand<TFloat32>> statistics, float momentum) {
    Operand<TFloat32> rate = tf.constant(1 - momentum);
    List<Op> updates = new ArrayList<>();
    statistics.forEach(
        (moving, statistic) -> {
          Operand<TFloat32> difference = tf.math.sub(value(moving), statistic);
          updates.add(tf.assignSubVariableOp(handle(moving), tf.math.mul(difference, rate)));
        });
    return updates;
  }

  private Variable variable(String name) {
    Variable variable = variables.get(name);
    checkArgument(variable != null, "There is no variable '%s'.", name);
    return variable;
  }
}
