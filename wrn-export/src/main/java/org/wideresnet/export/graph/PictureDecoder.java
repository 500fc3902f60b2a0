package org.wideresnet.export.graph;

import java.util.List;
import org.tensorflow.ConcreteFunction;
import org.tensorflow.Operand;
import org.tensorflow.Signature;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.image.DecodeImage;
import org.tensorflow.op.image.ScaleAndTranslate;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TString;
import org.tensorflow.types.TUint8;
import org.wideresnet.model.WideResNetConfig;

/**
 * The ops that decode PNG and JPEG files, cut their central square out and bring it to 32x32 pixels
 * with the antialiased triangle filter ({@code tf.image.resize(method="bilinear",
 * antialias=True)}), rounded to whole numbers. The side of the square is the smaller one of height
 * and width, and half of the difference, rounded down, is left out above or on the left. Grey is
 * spread over the three colours, alpha is dropped; a picture of 32x32 pixels stays as it is.
 */
final class PictureDecoder {
  private static final int SIZE = WideResNetConfig.IMAGE_SIZE;

  private PictureDecoder() {}

  /**
   * Adds the ops to a graph; one picture that cannot be decoded fails the whole batch.
   *
   * @param files the bytes of the files, {@code [batch]}
   * @return uint8 {@code [batch, 32, 32, 3]}
   */
  static Operand<TUint8> decode(Ops tf, Operand<TString> files) {
    try (ConcreteFunction decodeOne = ConcreteFunction.create(PictureDecoder::decodeOne)) {
      Shape imageShape = Shape.of(SIZE, SIZE, 3);
      return tf.mapDefun(
              List.of(files), List.of(), List.of(TUint8.class), List.of(imageShape), decodeOne)
          .op()
          .output(0);
    }
  }

  private static Signature decodeOne(Ops tf) {
    Placeholder<TString> file = tf.placeholder(TString.class, Placeholder.shape(Shape.scalar()));
    Operand<TUint8> picture =
        tf.image.decodeImage(
            file, TUint8.class, DecodeImage.channels(3L), DecodeImage.expandAnimations(false));
    Operand<TUint8> square = centralSquare(tf, picture);
    Operand<TInt32> squareSize =
        tf.slice(tf.shape(square), tf.constant(new int[] {0}), tf.constant(new int[] {2}));
    Operand<TInt32> size = tf.constant(new int[] {SIZE, SIZE});
    Operand<TFloat32> resized =
        tf.image.scaleAndTranslate(
            tf.expandDims(square, tf.constant(0)),
            size,
            tf.math.div(
                tf.dtypes.cast(size, TFloat32.class), tf.dtypes.cast(squareSize, TFloat32.class)),
            tf.zeros(tf.constant(new int[] {2}), TFloat32.class),
            ScaleAndTranslate.kernelType("triangle"),
            ScaleAndTranslate.antialias(true));
    Operand<TUint8> rounded = tf.dtypes.cast(tf.math.round(resized), TUint8.class);
    return Signature.builder()
        .input("file", file)
        .output("image", tf.reshape(rounded, tf.constant(new int[] {SIZE, SIZE, 3})))
        .build();
  }

  /** Cuts a picture {@code [height, width, 3]} to a square. */
  private static Operand<TUint8> centralSquare(Ops tf, Operand<TUint8> picture) {
    Operand<TInt32> sides =
        tf.slice(tf.shape(picture), tf.constant(new int[] {0}), tf.constant(new int[] {2}));
    Operand<TInt32> side = tf.reduceMin(sides, tf.constant(0));
    Operand<TInt32> outside = tf.math.floorDiv(tf.math.sub(sides, side), tf.constant(2));
    Operand<TInt32> colours = tf.constant(new int[] {3});
    Operand<TInt32> first = tf.constant(new int[] {0});
    return tf.slice(
        picture,
        tf.concat(List.of(outside, first), tf.constant(0)),
        tf.concat(List.of(tf.fill(tf.constant(new int[] {2}), side), colours), tf.constant(0)));
  }
}
