package org.wideresnet.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.VarHandleOp;
import org.tensorflow.op.data.IteratorGetNext;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TUint8;
import org.tensorflow.types.family.TType;

/**
 * The images and labels of CIFAR files, held in memory by the graph: read and decoded once a
 * session, then shared by every pipeline built on them.
 *
 * <p>They take 3,076 bytes an image (154 MB for 50,000) and, while they are read, a few thousand
 * images more.
 */
public final class ImageStore {

  private final List<Path> files;
  private final RecordLayout layout;
  private final int[] counts;
  private final int size;
  private final Operand<TUint8> images;
  private final Operand<TInt32> labels;
  private final Placeholder<TInt32> offset;
  private final Op begin;
  private final Op append;

  private ImageStore(Ops tf, List<Path> files, RecordLayout layout) {
    this.files = List.copyOf(files);
    this.layout = layout;
    this.counts = files.stream().mapToInt(file -> records(file, layout)).toArray();
    this.size = Arrays.stream(counts).reduce(0, Math::addExact);

    Shape imagesShape = RecordLayout.IMAGE_SHAPE.prepend(size);
    Operand<? extends TType> imageVariable = variable(tf, "images", TUint8.class, imagesShape);
    Operand<? extends TType> labelVariable = variable(tf, "labels", TInt32.class, Shape.of(size));
    this.images = tf.readVariableOp(imageVariable, TUint8.class);
    this.labels = tf.readVariableOp(labelVariable, TInt32.class);

    Operand<? extends TType> iterator =
        tf.data.iterator("", "", DecodedRecords.TYPES, DecodedRecords.SHAPES);
    Operand<TUint8> black = tf.dtypes.cast(tf.constant(0), TUint8.class);
    this.begin =
        group(
            tf,
            tf.data.makeIterator(DecodedRecords.dataset(tf, files, layout), iterator),
            tf.assignVariableOp(imageVariable, tf.fill(tf.constant(imagesShape), black)),
            tf.assignVariableOp(labelVariable, tf.fill(tf.array(size), tf.constant(0))));

    IteratorGetNext chunk =
        tf.data.iteratorGetNext(iterator, DecodedRecords.TYPES, DecodedRecords.SHAPES);
    Operand<TInt32> chunkLabels = chunk.components().get(1).expect(TInt32.class);
    this.offset = tf.placeholder(TInt32.class, Placeholder.shape(Shape.scalar()));
    Operand<TInt32> rows =
        tf.range(offset, tf.math.add(offset, tf.size(chunkLabels)), tf.constant(1));
    this.append =
        group(
            tf,
            tf.resourceScatterUpdate(imageVariable, rows, chunk.components().get(0)),
            tf.resourceScatterUpdate(labelVariable, rows, chunkLabels));
  }

  /**
   * Adds the store of {@code files} to the graph of {@code tf}; {@link #load} fills it. The ops are
   * placed on the CPU.
   *
   * @param tf the graph to build in
   * @param files CIFAR binary files, in order
   * @param layout the layout of their records
   * @return the store
   * @throws IllegalArgumentException if a file is missing, empty or no whole number of records long
   */
  public static ImageStore of(Ops tf, List<Path> files, RecordLayout layout) {
    if (files.isEmpty()) {
      throw new IllegalArgumentException("The data set has no file to read images from.");
    }
    return new ImageStore(Placement.cpu(tf).withSubScope("image_store"), files, layout);
  }

  /** Returns the number of images. */
  public int size() {
    return size;
  }

  /** Returns all images, {@code [size, 32, 32, 3]}, in the order of the files. */
  public Operand<TUint8> images() {
    return images;
  }

  /** Returns all labels, {@code [size]}, in the order of the files. */
  public Operand<TInt32> labels() {
    return labels;
  }

  /**
   * Reads the files. To be called once a session, before any pipeline's first epoch.
   *
   * @param session a session on the graph of this store
   * @throws IllegalArgumentException if a label is not one of the layout's classes
   */
  public void load(Session session) {
    session.runner().addTarget(begin).run().close();
    for (int first = 0; first < size; first += DecodedRecords.CHUNK) {
      try (TInt32 at = TInt32.scalarOf(first)) {
        session.runner().feed(offset, at).addTarget(append).run().close();
      }
    }
    try (Result read = session.runner().fetch(labels).run()) {
      checkLabels((TInt32) read.get(0));
    }
  }

  private void checkLabels(TInt32 read) {
    int first = 0;
    for (int file = 0; file < counts.length; file++) {
      for (int record = 0; record < counts[file]; record++) {
        int label = read.getInt(first + record);
        if (label >= layout.classes()) {
          throw new IllegalArgumentException(
              String.format(
                  "%s: record %d has the label %d; a data set of %d classes has labels 0 to %d.",
                  files.get(file), record, label, layout.classes(), layout.classes() - 1));
        }
      }
      first += counts[file];
    }
  }

  private static int records(Path file, RecordLayout layout) {
    if (!Files.isRegularFile(file)) {
      throw new IllegalArgumentException(file + ": there is no such file of images.");
    }
    try {
      long bytes = Files.size(file);
      if (bytes == 0 || bytes % layout.recordBytes() != 0) {
        throw new IllegalArgumentException(
            String.format(
                "%s: %d bytes are no whole number of records of %d bytes.",
                file, bytes, layout.recordBytes()));
      }
      return Math.toIntExact(bytes / layout.recordBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": its size cannot be read.", e);
    }
  }

  private static Operand<? extends TType> variable(
      Ops tf, String name, Class<? extends TType> type, Shape shape) {
    // Without a shared name all variables of a graph would be one.
    String unique = tf.scope().makeOpName(name);
    return tf.varHandleOp(type, shape, VarHandleOp.sharedName(unique));
  }

  private static Op group(Ops tf, Op... ops) {
    return tf.withControlDependencies(ops).noOp();
  }
}
