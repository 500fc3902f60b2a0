package org.wideresnet.data.augment;

import java.util.SplittableRandom;
import java.util.function.Function;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TUint8;
import org.wideresnet.data.files.LabelledImages;
import org.wideresnet.data.files.RecordLayout;

/** Images in memory as an augmentation makes them, to be looked at. */
public final class AugmentedImages {

  private AugmentedImages() {}

  /**
   * Augments each image once, with the ops that training uses.
   *
   * @param seed decides all random numbers
   * @param sessions opens a session
   * @return the augmented images with the same labels, in the same order
   */
  public static LabelledImages of(
      LabelledImages images,
      Augmentation augmentation,
      long seed,
      Function<Graph, Session> sessions) {
    int count = images.labels().length;
    byte[] augmented = new byte[images.pixels().length];
    try (Graph graph = new Graph();
        TFloat32 uniform =
            TFloat32.tensorOf(
                Shape.of(count, Augmentation.RANDOMS),
                DataBuffers.of(uniform(count * Augmentation.RANDOMS, seed)));
        TUint8 before =
            TUint8.tensorOf(
                RecordLayout.IMAGE_SHAPE.prepend(count), DataBuffers.of(images.pixels()))) {
      Ops tf = Ops.create(graph);
      Operand<TUint8> imagesIn = tf.placeholder(TUint8.class);
      Operand<TFloat32> uniformIn = tf.placeholder(TFloat32.class);
      Operand<TUint8> imagesOut = augmentation.apply(tf, imagesIn, uniformIn);
      try (Session session = sessions.apply(graph);
          Result result =
              session
                  .runner()
                  .feed(imagesIn, before)
                  .feed(uniformIn, uniform)
                  .fetch(imagesOut)
                  .run()) {
        result.get(0).asRawTensor().data().read(augmented);
      }
    }
    return new LabelledImages(augmented, images.labels());
  }

  /** Returns numbers in [0, 1), of which float32 can tell 2^24. */
  private static float[] uniform(int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] uniform = new float[count];
    for (int i = 0; i < count; i++) {
      uniform[i] = random.nextInt(1 << 24) * 0x1p-24f;
    }
    return uniform;
  }
}
