package org.wideresnet.model;

import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** Where a graph has the values of weights from: {@link Variables}, or the inputs of a function. */
@FunctionalInterface
public interface WeightValues {

  /** Returns the value of a weight, float32 of the weight's shape. */
  Operand<TFloat32> value(Weight weight);
}
