package org.wideresnet.data.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.wideresnet.data.Augmented;
import org.wideresnet.data.Records;
import org.wideresnet.data.files.RecordLayout;

class RotateShiftFlipTest {

  private static final float FLIP = 0.25f;
  private static final float NO_FLIP = 0.75f;

  private final int[][][] image = Records.image(1);

  @Test
  void noAngleAndNoShiftIsTheImageOrItsMirrorImage() {
    float[][] uniform = {{NO_FLIP, 0.5f, 0.5f, 0.5f, 0, 0}, {FLIP, 0.5f, 0.5f, 0.5f, 0, 0}};
    int[][][] mirrored = new int[32][32][];
    for (int row = 0; row < 32; row++) {
      for (int column = 0; column < 32; column++) {
        mirrored[row][column] = image[row][31 - column];
      }
    }
    assertThat(Augmented.of("keras", Records.flat(image), uniform))
        .containsExactly(Records.flat(image), Records.flat(mirrored));
  }

  @Test
  void wholeShiftsRepeatTheBorder() {
    // u = 0.9 is a shift of +4 pixels: the image is read 4 rows further down.
    float[][] uniform = {{NO_FLIP, 0.9f, 0.5f, 0.5f, 0, 0}};
    int[][][] moved = new int[32][][];
    for (int row = 0; row < 32; row++) {
      moved[row] = image[Math.min(row + 4, 31)];
    }
    assertThat(Augmented.of("keras", Records.flat(image), uniform))
        .containsExactly(Records.flat(moved));
  }

  @Test
  void everythingTogetherIsWhatKerasDoes() {
    Random random = new Random(7);
    float[][] uniform = new float[40][];
    for (int i = 0; i < uniform.length; i++) {
      float flip = i % 2 == 0 ? FLIP : NO_FLIP;
      uniform[i] =
          new float[] {flip, random.nextFloat(), random.nextFloat(), random.nextFloat(), 0, 0};
    }
    uniform[0] = new float[] {FLIP, 0, 0, 0, 0, 0};
    List<byte[]> moved = Augmented.of("keras", Records.flat(image), uniform);
    for (int i = 0; i < uniform.length; i++) {
      double[] expected = keras(uniform[i]);
      for (int j = 0; j < expected.length; j++) {
        assertThat((double) (moved.get(i)[j] & 0xFF))
            .as("image %d, byte %d", i, j)
            .isCloseTo(expected[j], within(0.51));
      }
    }
  }

  /**
   * {@code ImageDataGenerator}'s transformation in double precision: rotation times shift, about
   * the centre, output coordinates (row, column) to input coordinates; linear interpolation; then
   * the flip.
   */
  private double[] keras(float[] uniform) {
    double angle = Math.toRadians(-10 + 20.0 * uniform[3]);
    double[][] rotation = {
      {Math.cos(angle), -Math.sin(angle), 0}, {Math.sin(angle), Math.cos(angle), 0}, {0, 0, 1}
    };
    double[][] shift = translation(-5 + 10.0 * uniform[1], -5 + 10.0 * uniform[2]);
    double[][] matrix =
        times(times(translation(15.5, 15.5), times(rotation, shift)), translation(-15.5, -15.5));
    double[] result = new double[RecordLayout.IMAGE_BYTES];
    int at = 0;
    for (int row = 0; row < 32; row++) {
      for (int column = 0; column < 32; column++) {
        int from = uniform[0] < 0.5 ? 31 - column : column;
        double inRow = matrix[0][0] * row + matrix[0][1] * from + matrix[0][2];
        double inColumn = matrix[1][0] * row + matrix[1][1] * from + matrix[1][2];
        for (int channel = 0; channel < 3; channel++) {
          result[at++] = interpolated(inRow, inColumn, channel);
        }
      }
    }
    return result;
  }

  private double interpolated(double inRow, double inColumn, int channel) {
    double row = Math.max(0, Math.min(31, inRow));
    double column = Math.max(0, Math.min(31, inColumn));
    int top = (int) Math.min(30, row);
    int left = (int) Math.min(30, column);
    double down = row - top;
    double right = column - left;
    return (1 - down) * (1 - right) * image[top][left][channel]
        + (1 - down) * right * image[top][left + 1][channel]
        + down * (1 - right) * image[top + 1][left][channel]
        + down * right * image[top + 1][left + 1][channel];
  }

  private static double[][] translation(double rows, double columns) {
    return new double[][] {{1, 0, rows}, {0, 1, columns}, {0, 0, 1}};
  }

  private static double[][] times(double[][] a, double[][] b) {
    double[][] product = new double[3][3];
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < 3; j++) {
        for (int k = 0; k < 3; k++) {
          product[i][j] += a[i][k] * b[k][j];
        }
      }
    }
    return product;
  }
}
