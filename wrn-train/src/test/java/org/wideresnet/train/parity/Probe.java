package org.wideresnet.train.parity;

import org.wideresnet.data.files.LabelledImages;

/**
 * An image of which the red says the column, and the green the row, that a pixel comes from.
 *
 * @param images the bytes of many
 * @param number which of them
 */
record Probe(byte[] images, int number) {
  private static final int SIZE = 32;
  private static final double CENTRE = (SIZE - 1) / 2.0;
  private static final int STEP = 8; // of the colour, from a pixel to the next
  private static final int NEAR = 8; // two columns, and two rows, as far from the centre
  private static final int FAR = SIZE - 1 - NEAR;

  /** Returns images that nothing was done to. */
  static LabelledImages drawn(int count) {
    byte[] pixels = new byte[count * SIZE * SIZE * 3];
    for (int i = 0; i < pixels.length; i += 3) {
      pixels[i] = (byte) (i / 3 % SIZE * STEP);
      pixels[i + 1] = (byte) (i / (3 * SIZE) % SIZE * STEP);
    }
    return new LabelledImages(pixels, new int[count]);
  }

  /** Returns where the centre comes from, in pixels to the right. */
  double right() {
    return centre(0);
  }

  /** Returns where the centre comes from, in pixels down. */
  double down() {
    return centre(1);
  }

  /** Returns 1 if the image is mirrored, else 0. */
  double flipped() {
    return across() < 0 ? 1 : 0;
  }

  /** Returns how far it was turned. */
  double degrees() {
    double along = source(0, FAR, NEAR) + source(0, FAR, FAR);
    double before = source(0, NEAR, NEAR) + source(0, NEAR, FAR);
    return Math.toDegrees(Math.atan2(along - before, Math.abs(across())));
  }

  private double across() {
    return source(0, NEAR, FAR)
        + source(0, FAR, FAR)
        - source(0, NEAR, NEAR)
        - source(0, FAR, NEAR);
  }

  private double centre(int channel) {
    return (source(channel, NEAR, NEAR)
                + source(channel, NEAR, FAR)
                + source(channel, FAR, NEAR)
                + source(channel, FAR, FAR))
            / 4
        - CENTRE;
  }

  private double source(int channel, int row, int column) {
    int pixel = (number * SIZE + row) * SIZE + column;
    return (images[pixel * 3 + channel] & 0xFF) / (double) STEP;
  }
}
