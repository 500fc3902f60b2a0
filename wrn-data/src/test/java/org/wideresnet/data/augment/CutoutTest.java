package org.wideresnet.data.augment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.wideresnet.data.Augmented;
import org.wideresnet.data.Records;

class CutoutTest {

  private static final int[] FILL = {125, 123, 114};

  private final int[][][] image = Records.image(1);

  @Test
  void theSquareIsFilledAroundEveryCentre() {
    float[][] uniform = new float[32 * 32][];
    for (int i = 0; i < uniform.length; i++) {
      uniform[i] = new float[] {0, 0, 0, 0, (i / 32 + 0.5f) / 32, (i % 32 + 0.5f) / 32};
    }
    List<byte[]> cut = Augmented.of("none+cutout", Records.flat(image), uniform);
    for (int i = 0; i < uniform.length; i++) {
      assertThat(cut.get(i)).as("centre %d", i).isEqualTo(Records.flat(cut(i / 32, i % 32)));
    }
  }

  private int[][][] cut(int centreRow, int centreColumn) {
    int[][][] result = new int[32][32][];
    for (int row = 0; row < 32; row++) {
      for (int column = 0; column < 32; column++) {
        boolean inside = near(row, centreRow) && near(column, centreColumn);
        result[row][column] = inside ? FILL : image[row][column];
      }
    }
    return result;
  }

  private static boolean near(int place, int centre) {
    return place >= centre - 8 && place < centre + 8;
  }
}
