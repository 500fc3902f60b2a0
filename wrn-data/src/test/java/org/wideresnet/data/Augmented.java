package org.wideresnet.data;

import java.util.List;
import org.tensorflow.Graph;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TUint8;
import org.wideresnet.data.augment.Augmentation;
import org.wideresnet.data.files.RecordLayout;

/** Augmentation of images given in Java, with random numbers given in Java. */
public final class Augmented {

  private Augmented() {}

  /** Returns {@code image} augmented once for each row of {@code uniform}. */
  public static List<byte[]> of(String augmentation, byte[] image, float[][] uniform) {
    int count = uniform.length;
    byte[] bytes = new byte[count * image.length];
    float[] numbers = new float[count * Augmentation.RANDOMS];
    for (int i = 0; i < count; i++) {
      System.arraycopy(image, 0, bytes, i * image.length, image.length);
      System.arraycopy(uniform[i], 0, numbers, i * Augmentation.RANDOMS, Augmentation.RANDOMS);
    }
    try (Graph graph = new Graph();
        TUint8 images =
            TUint8.tensorOf(RecordLayout.IMAGE_SHAPE.prepend(count), DataBuffers.of(bytes));
        TFloat32 randoms =
            TFloat32.tensorOf(Shape.of(count, Augmentation.RANDOMS), DataBuffers.of(numbers))) {
      Ops tf = Ops.create(graph);
      var imagesIn = tf.placeholder(TUint8.class);
      var randomsIn = tf.placeholder(TFloat32.class);
      var out = Augmentation.parse(augmentation).apply(tf, imagesIn, randomsIn);
      try (Session session = new Session(graph);
          Result result =
              session.runner().feed(imagesIn, images).feed(randomsIn, randoms).fetch(out).run()) {
        return Epoch.images((TUint8) result.get(0));
      }
    }
  }
}
