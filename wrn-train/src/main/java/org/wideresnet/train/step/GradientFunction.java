package org.wideresnet.train.step;

import java.util.List;
import java.util.Map;
import org.tensorflow.ConcreteFunction;
import org.tensorflow.Operand;
import org.tensorflow.Signature;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TUint8;
import org.wideresnet.model.Weight;
import org.wideresnet.model.WeightValues;

/**
 * {@link BatchGradients} as a function of TensorFlow, called once for each part of a batch, because
 * the ops inside it follow the device of the call; the ops that TensorFlow adds for gradients could
 * not be put anywhere otherwise. The weights enter as one vector, and what is computed leaves as
 * one, so that a device gets one copy and gives one.
 */
final class GradientFunction implements AutoCloseable {
  private final BatchGradients gradients;
  private final ConcreteFunction function;
  private final FlatVector weights;
  private StepValues layout;
  private FlatVector values;

  GradientFunction(BatchGradients gradients) {
    this.gradients = gradients;
    weights = new FlatVector(gradients.inputs());
    function = ConcreteFunction.create(this::build);
  }

  private Signature build(Ops tf) {
    Placeholder<TUint8> images =
        tf.placeholder(TUint8.class, Placeholder.shape(Shape.of(-1, 32, 32, 3)));
    Placeholder<TInt32> labels = tf.placeholder(TInt32.class, Placeholder.shape(Shape.of(-1)));
    Placeholder<TInt64> dropoutSeed =
        tf.placeholder(TInt64.class, Placeholder.shape(Shape.scalar()));
    Placeholder<TFloat32> packed = weights.placeholder(tf);
    StepValues computed =
        gradients.of(tf, weights.unpack(tf, packed)::get, images, labels, dropoutSeed);
    layout = computed;
    values = new FlatVector(List.copyOf(computed.all().keySet()));
    return Signature.builder("part_of_a_batch")
        .input("images", images)
        .input("labels", labels)
        .input("dropout_seed", dropoutSeed)
        .input("weights", packed)
        .output("values", values.pack(tf, computed.all()::get))
        .build();
  }

  /** Returns the weights of the network in the vector that {@link #call} takes. */
  Operand<TFloat32> pack(Ops tf, WeightValues network) {
    return weights.pack(tf, network);
  }

  /**
   * Adds a call of the function.
   *
   * @param tf where the call goes, and all that is in the function with it
   * @param packed the weights, from {@link #pack}
   * @param images uint8 {@code [part, 32, 32, 3]}
   * @param labels int32 {@code [part]}
   * @param dropoutSeed int64 scalar, another one for each part of each step
   * @return what was computed, a vector, float32 {@code [n]}
   */
  Operand<TFloat32> call(
      Ops tf,
      Operand<TFloat32> packed,
      Operand<TUint8> images,
      Operand<TInt32> labels,
      Operand<TInt64> dropoutSeed) {
    Map<String, Operand<?>> inputs =
        Map.of("images", images, "labels", labels, "dropout_seed", dropoutSeed, "weights", packed);
    return tf.call(function, inputs).get("values").asOutput().expect(TFloat32.class);
  }

  /** Returns the layout of the vector that {@link #call} returns. */
  FlatVector values() {
    return values;
  }

  /** Returns the parts of such a vector. */
  StepValues unpack(Ops tf, Operand<TFloat32> vector) {
    Map<Weight, Operand<TFloat32>> parts = values.unpack(tf, vector);
    return layout.map((weight, inside) -> parts.get(weight));
  }

  @Override
  public void close() {
    function.close();
  }
}
