package org.wideresnet.benchmarks;

import java.util.Random;
import org.openjdk.jmh.annotations.Benchmark;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TUint8;

/** What it costs to give a batch of 128 images from Java to TensorFlow, and to take one back. */
public class HandOver extends Timed {
  private static final Shape BATCH = Shape.of(128, 32, 32, 3);

  private final byte[] bytes = new byte[(int) BATCH.size()];
  private final float[] floats = new float[(int) BATCH.size()];

  /** Draws the pixels. */
  public HandOver() {
    Random random = new Random(1);
    random.nextBytes(bytes);
    for (int i = 0; i < floats.length; i++) {
      floats[i] = random.nextFloat();
    }
  }

  /** Bytes as a uint8 tensor {@code [128, 32, 32, 3]}, in one copy. */
  @Benchmark
  public long bytesAtOnce() {
    try (TUint8 images = TUint8.tensorOf(BATCH, DataBuffers.of(bytes))) {
      return images.numBytes();
    }
  }

  /** The same, value by value: what not to do. */
  @Benchmark
  public long bytesOneByOne() {
    int[] next = {0};
    try (TUint8 images =
        TUint8.tensorOf(
            BATCH, tensor -> tensor.scalars().forEach(pixel -> pixel.setByte(bytes[next[0]++])))) {
      return images.numBytes();
    }
  }

  /** Floats as a float32 tensor {@code [128, 32, 32, 3]}, in one copy. */
  @Benchmark
  public long floatsAtOnce() {
    try (TFloat32 images = TFloat32.tensorOf(BATCH, DataBuffers.of(floats))) {
      return images.numBytes();
    }
  }

  /** A float32 tensor made, and read back into an array. */
  @Benchmark
  public float[] floatsThereAndBack() {
    float[] back = new float[floats.length];
    try (TFloat32 images = TFloat32.tensorOf(BATCH, DataBuffers.of(floats))) {
      images.asRawTensor().data().asFloats().read(back);
    }
    return back;
  }
}
