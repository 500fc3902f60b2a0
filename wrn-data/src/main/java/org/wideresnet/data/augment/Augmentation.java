package org.wideresnet.data.augment;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TUint8;

/**
 * What is done to training images, batch by batch, uint8 in and out.
 *
 * @param moves how the images are moved about
 * @param cutout whether a square of 16 x 16 pixels is cut out of each, too
 * @param fill the colour of that square, as red, green, blue in 0 to 255; the mean colour of the
 *     training images, so that it is next to nothing once they are normalised
 */
public record Augmentation(Moves moves, boolean cutout, List<Integer> fill) {

  /** How the images are moved about. */
  public enum Moves {
    /** Not at all. */
    NONE,
    /** A horizontal flip and a random crop from 4 pixels of reflection, as in the paper. */
    FLIP_CROP,
    /** A rotation, a shift and a horizontal flip, as in the Keras original. */
    KERAS;

    private String optionName() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** Images as they are. */
  public static final Augmentation NONE = parse("none");

  /** Uniform random numbers that {@link #apply} needs for an image. */
  public static final int RANDOMS = Randoms.Column.values().length;

  private static final String CUTOUT = "+cutout";

  /** Refuses a colour that is not three values in 0 to 255 with an IllegalArgumentException. */
  public Augmentation {
    fill = List.copyOf(fill);
    if (fill.size() != 3 || fill.stream().anyMatch(value -> value < 0 || value > 255)) {
      throw new IllegalArgumentException(
          "The colour " + fill + " should be three values, red, green and blue, in 0 to 255.");
    }
  }

  /**
   * Returns the augmentation of a name: {@code none}, {@code flip-crop} or {@code keras}, each also
   * with {@code +cutout}. Cutout fills with CIFAR-10's mean colour; see {@link #withFill}.
   *
   * @throws IllegalArgumentException if there is none of that name
   */
  public static Augmentation parse(String name) {
    boolean cutout = name.endsWith(CUTOUT);
    String base = cutout ? name.substring(0, name.length() - CUTOUT.length()) : name;
    for (Moves moves : Moves.values()) {
      if (moves.optionName().equals(base)) {
        return new Augmentation(moves, cutout, List.of(125, 123, 114));
      }
    }
    String known =
        Arrays.stream(Moves.values()).map(Moves::optionName).collect(Collectors.joining(", "));
    throw new IllegalArgumentException(
        String.format(
            "Unknown augmentation '%s'; known are %s, each also with %s.", name, known, CUTOUT));
  }

  /** Returns the name of this augmentation, as on the command line. */
  public String name() {
    return moves.optionName() + (cutout ? CUTOUT : "");
  }

  /**
   * Returns this augmentation with another colour for cutout.
   *
   * @throws IllegalArgumentException if a value is not in 0 to 255
   */
  public Augmentation withFill(int red, int green, int blue) {
    return new Augmentation(moves, cutout, List.of(red, green, blue));
  }

  /**
   * Augments a batch. The result is a function of its arguments alone, image by image.
   *
   * @param tf the graph to build in
   * @param images {@code [batch, 32, 32, 3]}
   * @param uniform independent numbers, uniform in {@code [0, 1)}: {@code [batch, RANDOMS]}
   * @return the augmented images, {@code [batch, 32, 32, 3]}
   */
  public Operand<TUint8> apply(Ops tf, Operand<TUint8> images, Operand<TFloat32> uniform) {
    Randoms randoms = new Randoms(uniform);
    Operand<TUint8> moved =
        switch (moves) {
          case NONE -> tf.identity(images);
          case FLIP_CROP -> FlipCrop.apply(tf, images, randoms);
          case KERAS -> RotateShiftFlip.apply(tf, images, randoms);
        };
    return cutout ? Cutout.apply(tf, moved, randoms, fill) : moved;
  }
}
