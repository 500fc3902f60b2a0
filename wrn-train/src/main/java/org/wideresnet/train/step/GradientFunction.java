package org.wideresnet.train.step;

import java.util.LinkedHashMap;
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
 * not be put anywhere otherwise.
 */
final class GradientFunction implements AutoCloseable {
  private final BatchGradients gradients;
  private final ConcreteFunction function;
  private StepValues inside;

  GradientFunction(BatchGradients gradients) {
    this.gradients = gradients;
    function = ConcreteFunction.create(this::build);
  }

  private Signature build(Ops tf) {
    Placeholder<TUint8> images =
        tf.placeholder(TUint8.class, Placeholder.shape(Shape.of(-1, 32, 32, 3)));
    Placeholder<TInt32> labels = tf.placeholder(TInt32.class, Placeholder.shape(Shape.of(-1)));
    Placeholder<TInt64> dropoutSeed =
        tf.placeholder(TInt64.class, Placeholder.shape(Shape.scalar()));
    Signature.Builder signature =
        Signature.builder("part_of_a_batch")
            .input("images", images)
            .input("labels", labels)
            .input("dropout_seed", dropoutSeed);
    Map<Weight, Operand<TFloat32>> weights = new LinkedHashMap<>();
    for (Weight weight : gradients.inputs()) {
      Placeholder<TFloat32> value =
          tf.placeholder(TFloat32.class, Placeholder.shape(weight.shape()));
      signature.input(input(weight), value);
      weights.put(weight, value);
    }
    inside = gradients.of(tf, weights::get, images, labels, dropoutSeed);
    inside.all().forEach((weight, value) -> signature.output(output(weight), value));
    return signature.build();
  }

  /**
   * Adds a call of the function.
   *
   * @param tf where the call goes, and all that is in the function with it
   * @param images uint8 {@code [part, 32, 32, 3]}
   * @param labels int32 {@code [part]}
   * @param dropoutSeed int64 scalar, another one for each part of each step
   */
  StepValues call(
      Ops tf,
      WeightValues weights,
      Operand<TUint8> images,
      Operand<TInt32> labels,
      Operand<TInt64> dropoutSeed) {
    Map<String, Operand<?>> inputs = new LinkedHashMap<>();
    inputs.put("images", images);
    inputs.put("labels", labels);
    inputs.put("dropout_seed", dropoutSeed);
    gradients.inputs().forEach(weight -> inputs.put(input(weight), weights.value(weight)));
    Map<String, Operand<?>> outputs = tf.call(function, inputs);
    return inside.map(
        (weight, value) -> outputs.get(output(weight)).asOutput().expect(TFloat32.class));
  }

  /** TensorFlow takes no slash in such a name. */
  private static String input(Weight weight) {
    return weight.name().replace('/', '_');
  }

  private static String output(Weight weight) {
    return "batch_" + input(weight);
  }

  @Override
  public void close() {
    function.close();
  }
}
