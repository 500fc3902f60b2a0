package org.wideresnet.model;

import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** Where a graph gets the values of weights from: variables, or the inputs of a function. */
@FunctionalInterface
public interface WeightValues {

  /** Returns the value of a weight, float32 of the weight's shape. */
  Operand<TFloat32> value(Weight weight);
}
