package org.wideresnet.train.metrics;

import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.ndarray.buffer.FloatDataBuffer;
import org.tensorflow.ndarray.buffer.IntDataBuffer;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.wideresnet.data.pipeline.CifarPipeline;
import org.wideresnet.model.ForwardPass;
import org.wideresnet.model.Normalization;
import org.wideresnet.model.Variables;
import org.wideresnet.model.WideResNet;

/** Evaluates the network on all images of a pipeline, in inference mode. */
public final class Evaluator {
  private final CifarPipeline pipeline;
  private final int classes;
  private final Operand<TFloat32> probabilities;

  /**
   * Adds the network in inference mode to the graph.
   *
   * @param variables the variables of the network's weights
   * @param pipeline the images to evaluate on, each once an epoch
   */
  public Evaluator(
      Ops tf,
      WideResNet network,
      Normalization normalization,
      Variables variables,
      CifarPipeline pipeline) {
    this.pipeline = pipeline;
    classes = network.config().classes();
    Operand<TFloat32> pixels = normalization.apply(tf, pipeline.images());
    ForwardPass forward = ForwardPass.inference(tf, network, variables, pixels);
    probabilities = tf.nn.softmax(forward.logits());
  }

  /** Classifies every image once. */
  public Metrics evaluate(Session session) {
    Metrics evaluation = new Metrics(classes);
    pipeline.startEpoch(session, 0);
    for (int step = 0; step < pipeline.steps(); step++) {
      try (Result result = session.runner().fetch(probabilities).fetch(pipeline.labels()).run()) {
        evaluation.add(rows((TFloat32) result.get(0)), values((TInt32) result.get(1)));
      }
    }
    return evaluation;
  }

  private static float[][] rows(TFloat32 matrix) {
    int columns = (int) matrix.shape().get(1);
    float[][] rows = new float[(int) matrix.shape().get(0)][columns];
    FloatDataBuffer buffer = DataBuffers.ofFloats(matrix.size());
    matrix.copyTo(buffer);
    for (int row = 0; row < rows.length; row++) {
      buffer.offset((long) row * columns).read(rows[row]);
    }
    return rows;
  }

  private static int[] values(TInt32 vector) {
    int[] values = new int[(int) vector.size()];
    IntDataBuffer buffer = DataBuffers.of(values, false, false);
    vector.copyTo(buffer);
    return values;
  }
}
