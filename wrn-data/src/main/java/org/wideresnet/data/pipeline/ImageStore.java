package org.wideresnet.data.pipeline;

import java.io.IOException;
import java.io.UncheckedIOException;
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
import org.wideresnet.data.files.RecordFile;
import org.wideresnet.data.files.RecordLayout;

/**
 * The images and labels of CIFAR files, held in memory by the graph: read and decoded once a
 * session, then shared by every pipeline built on them.
 *
 * <p>They take 3,076 bytes an image (154 MB for 50,000) and, while they are read, some 40 MB more.
 */
public final class ImageStore {

  private final List<Path> files;
  private final RecordLayout layout;
  private final int[] counts;
  private final int size;
  private final String imagesName;
  private final String labelsName;
  private final Placeholder<TInt32> offset;
  private final Op begin;
  private final Op append;
  private final Operand<TInt32> allLabels;

  private ImageStore(Ops tf, List<Path> files, RecordLayout layout) {
    this.files = List.copyOf(files);
    this.layout = layout;
    this.counts = files.stream().mapToInt(file -> records(file, layout)).toArray();
    this.size = Arrays.stream(counts).reduce(0, Math::addExact);

    this.imagesName = tf.scope().makeOpName("images");
    this.labelsName = tf.scope().makeOpName("labels");
    Operand<? extends TType> imageVariable = imageVariable(tf);
    Operand<? extends TType> labelVariable = labelVariable(tf);

    Operand<? extends TType> iterator =
        tf.data.iterator("", "", DecodedRecords.TYPES, DecodedRecords.SHAPES);
    Operand<TInt32> shape = tf.array(size, RecordLayout.IMAGE_SIZE, RecordLayout.IMAGE_SIZE, 3);
    this.begin =
        group(
            tf,
            Untuned.start(
                tf,
                DecodedRecords.dataset(tf, files, layout),
                iterator,
                DecodedRecords.TYPES,
                DecodedRecords.SHAPES),
            tf.assignVariableOp(imageVariable, tf.empty(shape, TUint8.class)),
            tf.assignVariableOp(labelVariable, tf.empty(tf.array(size), TInt32.class)));

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
    this.allLabels = tf.readVariableOp(labelVariable, TInt32.class);
  }

  /**
   * Adds the store of {@code files} to the graph of {@code tf}; {@link #load} fills it. The ops are
   * placed on the CPU.
   *
   * @param files CIFAR binary files, in order
   * @throws IllegalArgumentException if a file is missing, empty or not a whole number of records
   *     long
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

  /**
   * Returns some images, {@code [n, 32, 32, 3]}.
   *
   * @param tf the graph to read in: the store's, or a function that it calls
   * @param indices which images, in the order of the files, {@code [n]}
   */
  Operand<TUint8> images(Ops tf, Operand<TInt32> indices) {
    return tf.resourceGather(imageVariable(tf), indices, TUint8.class);
  }

  /** Returns the labels of some images, {@code [n]}; as {@link #images}. */
  Operand<TInt32> labels(Ops tf, Operand<TInt32> indices) {
    return tf.resourceGather(labelVariable(tf), indices, TInt32.class);
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
    try (Result read = session.runner().fetch(allLabels).run()) {
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
    try {
      return new RecordFile(file, layout).records();
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": its size cannot be read.", e);
    }
  }

  // A variable is found by its shared name, from the graph and from its functions alike. Rows are
  // gathered from it where it lies; to read it whole would copy it.

  private Operand<? extends TType> imageVariable(Ops tf) {
    return tf.varHandleOp(
        TUint8.class, RecordLayout.IMAGE_SHAPE.prepend(size), VarHandleOp.sharedName(imagesName));
  }

  private Operand<? extends TType> labelVariable(Ops tf) {
    return tf.varHandleOp(TInt32.class, Shape.of(size), VarHandleOp.sharedName(labelsName));
  }

  private static Op group(Ops tf, Op... ops) {
    return tf.withControlDependencies(ops).noOp();
  }
}
