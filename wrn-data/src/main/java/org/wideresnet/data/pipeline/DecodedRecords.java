package org.wideresnet.data.pipeline;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.tensorflow.ConcreteFunction;
import org.tensorflow.Operand;
import org.tensorflow.Signature;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.data.ParallelMapDataset;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TString;
import org.tensorflow.types.TUint8;
import org.tensorflow.types.family.TType;
import org.wideresnet.data.files.RecordLayout;

/** The records of CIFAR files as a tf.data dataset of decoded chunks, in the order of the files. */
final class DecodedRecords {

  /** Images of a chunk; the last one of the data set may be smaller. */
  static final int CHUNK = 1000;

  /** The types of an element: images, labels. */
  static final List<Class<? extends TType>> TYPES = List.of(TUint8.class, TInt32.class);

  /** The shapes of an element: images {@code [?, 32, 32, 3]}, labels {@code [?]}. */
  static final List<Shape> SHAPES =
      List.of(RecordLayout.IMAGE_SHAPE.prepend(Shape.UNKNOWN_SIZE), Shape.of(Shape.UNKNOWN_SIZE));

  private DecodedRecords() {}

  /** Returns the dataset, read in order and decoded in parallel. */
  static Operand<? extends TType> dataset(Ops tf, List<Path> files, RecordLayout layout) {
    Operand<TString> names = tf.array(files.stream().map(Path::toString).toArray(String[]::new));
    Operand<TInt64> none = tf.constant(0L);
    Operand<? extends TType> records =
        tf.data.fixedLengthRecordDataset(
            names, none, tf.constant((long) layout.recordBytes()), none, none, tf.constant(""));
    // Read ahead; also, TensorFlow's type inference warns where records go straight into a batch.
    Operand<? extends TType> ahead =
        tf.data.prefetchDataset(
            records, tf.constant((long) CHUNK), List.of(TString.class), List.of(Shape.scalar()));
    Operand<? extends TType> chunks =
        tf.data.batchDataset(
            ahead,
            tf.constant((long) CHUNK),
            tf.constant(false),
            List.of(TString.class),
            List.of(Shape.of(Shape.UNKNOWN_SIZE)));
    try (ConcreteFunction decode = ConcreteFunction.create(graph -> decode(graph, layout))) {
      return tf.data.parallelMapDataset(
          chunks,
          List.of(),
          tf.constant((long) Runtime.getRuntime().availableProcessors()),
          decode,
          TYPES,
          SHAPES,
          ParallelMapDataset.deterministic("true"));
    }
  }

  /** A record is its label bytes, then a plane of red, one of green, one of blue. */
  private static Signature decode(Ops tf, RecordLayout layout) {
    Operand<TString> records =
        tf.placeholder(TString.class, Placeholder.shape(Shape.of(Shape.UNKNOWN_SIZE)));
    Operand<TUint8> bytes = tf.io.decodeRaw(records, TUint8.class);
    Operand<TUint8> pixels = tf.gather(bytes, tf.array(pixelBytes(layout)), tf.constant(1));
    int size = RecordLayout.IMAGE_SIZE;
    Operand<TUint8> images = tf.reshape(pixels, tf.array(-1, size, size, 3));
    Operand<TUint8> label = tf.slice(bytes, tf.array(0, layout.labelIndex()), tf.array(-1, 1));
    Operand<TInt32> labels = tf.dtypes.cast(tf.reshape(label, tf.array(-1)), TInt32.class);
    return Signature.builder("decode_records")
        .input("records", records)
        .output("images", images)
        .output("labels", labels)
        .build();
  }

  /** Where the bytes of an image, pixel by pixel, stand in a record, plane by plane. */
  private static int[] pixelBytes(RecordLayout layout) {
    int plane = RecordLayout.IMAGE_SIZE * RecordLayout.IMAGE_SIZE;
    return IntStream.range(0, RecordLayout.IMAGE_BYTES)
        .map(i -> layout.labelBytes() + i % 3 * plane + i / 3)
        .toArray();
  }
}
