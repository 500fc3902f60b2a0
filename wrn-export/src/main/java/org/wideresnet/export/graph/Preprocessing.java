package org.wideresnet.export.graph;

import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TUint8;
import org.wideresnet.model.DataFormat;
import org.wideresnet.model.Normalization;
import org.wideresnet.model.variables.Sessions;

/** Turns pixels into what a model without normalisation of its own takes. */
public final class Preprocessing implements AutoCloseable {
  private final Graph graph = new Graph();
  private final Placeholder<TUint8> pixels;
  private final Operand<TFloat32> images;
  private final Session session;

  public Preprocessing(Normalization normalization, DataFormat format) {
    try {
      Ops tf = Ops.create(graph);
      pixels = tf.placeholder(TUint8.class, Placeholder.shape(Shape.of(-1, 32, 32, 3)));
      images = format.fromChannelsLast(tf, normalization.apply(tf, pixels));
      session = Sessions.open(graph);
    } catch (RuntimeException | Error e) {
      graph.close();
      throw e;
    }
  }

  /** Returns normalised images in the layout of the model; the caller closes them. */
  public Result run(TUint8 bytes) {
    return session.runner().feed(pixels, bytes).fetch(images).run();
  }

  @Override
  public void close() {
    session.close();
    graph.close();
  }
}
