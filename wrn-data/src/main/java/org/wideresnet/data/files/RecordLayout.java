package org.wideresnet.data.files;

import org.tensorflow.ndarray.Shape;

/**
 * The layout of one record of a CIFAR binary file: {@code labelBytes} labels of one byte each, then
 * 3,072 pixel bytes as three row-major planes (1,024 red, 1,024 green, 1,024 blue).
 *
 * @param labelBytes how many label bytes a record starts with: 1 in CIFAR-10, 2 in CIFAR-100
 * @param labelIndex which of them is the label, from 0
 * @param classes the number of classes; labels lie in {@code [0, classes)}
 * @see <a href="https://www.cs.toronto.edu/~kriz/cifar.html">The CIFAR data sets</a>
 */
public record RecordLayout(int labelBytes, int labelIndex, int classes) {

  /** Height and width of an image, in pixels. */
  public static final int IMAGE_SIZE = 32;

  /** Pixel bytes of an image: 32 x 32 x 3. */
  public static final int IMAGE_BYTES = IMAGE_SIZE * IMAGE_SIZE * 3;

  /** The shape of a decoded image: {@code [32, 32, 3]}, height, width, channels. */
  public static final Shape IMAGE_SHAPE = Shape.of(IMAGE_SIZE, IMAGE_SIZE, 3);

  /** CIFAR-10: one label byte. */
  public static final RecordLayout CIFAR10 = new RecordLayout(1, 0, 10);

  /** CIFAR-100 with its 100 fine labels: the second of two label bytes. */
  public static final RecordLayout CIFAR100_FINE = new RecordLayout(2, 1, 100);

  /** CIFAR-100 with its 20 coarse labels: the first of two label bytes. */
  public static final RecordLayout CIFAR100_COARSE = new RecordLayout(2, 0, 20);

  /** Refuses values out of range with an IllegalArgumentException. */
  public RecordLayout {
    if (labelBytes < 1 || labelIndex < 0 || labelIndex >= labelBytes) {
      throw new IllegalArgumentException(
          "The label index " + labelIndex + " must lie in [0, " + labelBytes + ").");
    }
    if (classes < 2 || classes > 256) {
      throw new IllegalArgumentException(
          "The number of classes is " + classes + "; a label of one byte holds 2 to 256.");
    }
  }

  /** Returns the size of a record in bytes: 3,073 for CIFAR-10, 3,074 for CIFAR-100. */
  public int recordBytes() {
    return labelBytes + IMAGE_BYTES;
  }
}
