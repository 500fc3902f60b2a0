package org.wideresnet.data.augment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.wideresnet.data.Augmented;
import org.wideresnet.data.Records;

class FlipCropTest {

  private final int[][][] image = Records.image(1);

  @Test
  void everyOffsetAndFlipIsACropOfTheReflectedImage() {
    float[][] uniform = new float[2 * 81][];
    for (int i = 0; i < uniform.length; i++) {
      uniform[i] = uniform(i / 81 == 1, i % 81 / 9, i % 9);
    }
    List<byte[]> crops = Augmented.of("flip-crop", Records.flat(image), uniform);
    for (int i = 0; i < uniform.length; i++) {
      boolean flip = i / 81 == 1;
      int down = i % 81 / 9;
      int right = i % 9;
      assertThat(crops.get(i))
          .as("flip %s, offset %d, %d", flip, down, right)
          .isEqualTo(Records.flat(crop(flip, down, right)));
    }
  }

  @Test
  void theMiddleOffsetWithoutAFlipIsTheImage() {
    float[][] uniform = {uniform(false, 4, 4)};
    assertThat(Augmented.of("flip-crop", Records.flat(image), uniform))
        .containsExactly(Records.flat(image));
  }

  @Test
  void theEndsOfTheRangeAreTheOuterOffsets() {
    float last = Math.nextDown(1f);
    float[][] uniform = {{last, 0, 0, 0, 0, 0}, {last, last, last, 0, 0, 0}};
    assertThat(Augmented.of("flip-crop", Records.flat(image), uniform))
        .containsExactly(Records.flat(crop(false, 0, 0)), Records.flat(crop(false, 8, 8)));
  }

  private static float[] uniform(boolean flip, int down, int right) {
    return new float[] {flip ? 0.25f : 0.75f, (down + 0.5f) / 9, (right + 0.5f) / 9, 0, 0, 0};
  }

  /** Crops the padded image, then flips the crop, step by step as the paper says. */
  private int[][][] crop(boolean flip, int down, int right) {
    int[][][] result = new int[32][32][];
    for (int row = 0; row < 32; row++) {
      for (int column = 0; column < 32; column++) {
        int from = flip ? 31 - column : column;
        result[row][column] = image[reflected(down + row - 4)][reflected(right + from - 4)];
      }
    }
    return result;
  }

  private static int reflected(int place) {
    if (place < 0) {
      return -place;
    }
    return place > 31 ? 62 - place : place;
  }
}
