package org.wideresnet.data.generate;

import java.util.OptionalDouble;
import org.wideresnet.data.files.RecordLayout;

/**
 * Draws one generated image. It uses nothing but IEEE arithmetic and {@link StrictMath}, so that
 * every machine draws the same bytes.
 */
final class GeneratedImage {

  private static final int SIZE = RecordLayout.IMAGE_SIZE;
  private static final int PLANE = SIZE * SIZE;

  /** Points per pixel and axis at which the figure is sampled: soft edges. */
  private static final int SAMPLES = 3;

  private static final double MIN_CONTRAST = 90;

  private final ImageRandom random;
  private final float[] pixels = new float[3 * PLANE];

  private GeneratedImage(ImageRandom random) {
    this.random = random;
  }

  /**
   * Draws a figure in random colours into a record.
   *
   * @param hue the colour of the figure, as a position on the colour circle (of length 1, red at
   *     0), with all else grey; or empty for any colours
   * @param record the record, of which the last 3,072 bytes are written
   */
  static void draw(Figure figure, OptionalDouble hue, ImageRandom random, byte[] record) {
    GeneratedImage image = new GeneratedImage(random);
    double[] ink = hue.isPresent() ? image.vivid(hue.getAsDouble()) : image.anyColour();
    // In a pattern only its strength tells the colour that counts from that of the ground.
    boolean dullGround = hue.isPresent() && figure.isPattern();
    double[] ground;
    do {
      ground = dullGround ? image.dull() : image.anyColour();
    } while (distance(ground, ink) < MIN_CONTRAST);
    image.fillWithGradient(ground);
    image.addFigure(figure, ink);
    for (int i = 0; i < 3; i++) {
      image.addSpot(image.anyColour());
    }
    image.writeWithNoise(record);
  }

  private void fillWithGradient(double[] colour) {
    double across = random.between(-1.5, 1.5);
    double down = random.between(-1.5, 1.5);
    for (int c = 0; c < 3; c++) {
      for (int i = 0; i < PLANE; i++) {
        double slope = across * (i % SIZE - SIZE / 2) + down * (i / SIZE - SIZE / 2);
        pixels[c * PLANE + i] = (float) (colour[c] + slope);
      }
    }
  }

  private void addFigure(Figure figure, double[] ink) {
    double angle = figure.angle(random);
    double unit = figure.isPattern() ? random.between(6, 11) : random.between(8.5, 12.5);
    double centre = figure.isPattern() ? SIZE : 3;
    double x0 = SIZE / 2.0 + random.between(-centre, centre);
    double y0 = SIZE / 2.0 + random.between(-centre, centre);
    double sin = StrictMath.sin(angle) / unit;
    double cos = StrictMath.cos(angle) / unit;
    for (int i = 0; i < PLANE; i++) {
      int covered = 0;
      for (int s = 0; s < SAMPLES * SAMPLES; s++) {
        double x = i % SIZE + (s % SAMPLES + 0.5) / SAMPLES - x0;
        double y = i / SIZE + (s / SAMPLES + 0.5) / SAMPLES - y0;
        if (figure.covers(cos * x + sin * y, cos * y - sin * x)) {
          covered++;
        }
      }
      blend(i, ink, covered / (double) (SAMPLES * SAMPLES));
    }
  }

  private void addSpot(double[] colour) {
    double radius = random.between(1, 2.3);
    double x0 = random.between(0, SIZE);
    double y0 = random.between(0, SIZE);
    for (int i = 0; i < PLANE; i++) {
      double x = i % SIZE + 0.5 - x0;
      double y = i / SIZE + 0.5 - y0;
      blend(i, colour, x * x + y * y < radius * radius ? 1 : 0);
    }
  }

  private void blend(int pixel, double[] colour, double share) {
    for (int c = 0; c < 3; c++) {
      int i = c * PLANE + pixel;
      pixels[i] = (float) (pixels[i] + share * (colour[c] - pixels[i]));
    }
  }

  private void writeWithNoise(byte[] record) {
    double sigma = random.between(3, 14);
    int start = record.length - pixels.length;
    for (int i = 0; i < pixels.length; i++) {
      double value = Math.floor(pixels[i] + sigma * random.noise() + 0.5);
      record[start + i] = (byte) Math.max(0, Math.min(255, value));
    }
  }

  private double[] anyColour() {
    return new double[] {random.between(0, 255), random.between(0, 255), random.between(0, 255)};
  }

  /** A colour not far from grey. */
  private double[] dull() {
    double level = random.between(0, 255);
    double[] colour = new double[3];
    for (int c = 0; c < 3; c++) {
      colour[c] = Math.max(0, Math.min(255, level + random.between(-80, 80)));
    }
    return colour;
  }

  /** A strong colour of a hue: piecewise linear between red (0), green (1/3) and blue (2/3). */
  private double[] vivid(double hue) {
    double value = random.between(130, 255);
    double saturation = random.between(0.75, 1);
    double[] colour = new double[3];
    for (int c = 0; c < 3; c++) {
      double turn = hue - c / 3.0;
      double away = Math.abs(turn - Math.rint(turn)) * 6;
      double purity = Math.max(0, Math.min(1, 2 - away));
      colour[c] = value * (1 - saturation * (1 - purity));
    }
    return colour;
  }

  private static double distance(double[] a, double[] b) {
    double sum = 0;
    for (int c = 0; c < a.length; c++) {
      sum += (a[c] - b[c]) * (a[c] - b[c]);
    }
    return Math.sqrt(sum);
  }
}
