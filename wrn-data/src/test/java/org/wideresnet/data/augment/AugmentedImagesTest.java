package org.wideresnet.data.augment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.tensorflow.Session;
import org.wideresnet.data.Records;
import org.wideresnet.data.files.LabelledImages;
import org.wideresnet.data.files.RecordLayout;

class AugmentedImagesTest {

  private static final int COUNT = 5;

  private final LabelledImages images = images();

  private static LabelledImages images() {
    byte[] pixels = new byte[COUNT * RecordLayout.IMAGE_BYTES];
    for (int i = 0; i < COUNT; i++) {
      System.arraycopy(
          Records.flat(Records.image(i)),
          0,
          pixels,
          i * RecordLayout.IMAGE_BYTES,
          RecordLayout.IMAGE_BYTES);
    }
    return new LabelledImages(pixels, new int[] {3, 1, 4, 1, 5});
  }

  private LabelledImages augment(String augmentation, long seed) {
    return AugmentedImages.of(images, Augmentation.parse(augmentation), seed, Session::new);
  }

  @Test
  void noneLeavesThemAsTheyAre() {
    assertThat(augment("none", 1)).isEqualTo(images);
  }

  @Test
  void cutoutLeavesThePixelsOutsideItsSquareAsTheyAre() {
    LabelledImages cut = augment("none+cutout", 1);
    assertThat(cut.labels()).isEqualTo(images.labels());
    int[] filled = new int[COUNT];
    for (int i = 0; i < cut.pixels().length; i += 3) {
      byte[] pixel = Arrays.copyOfRange(cut.pixels(), i, i + 3);
      if (Arrays.equals(pixel, new byte[] {125, 123, 114})) {
        filled[i / RecordLayout.IMAGE_BYTES]++;
      } else {
        assertThat(pixel).isEqualTo(Arrays.copyOfRange(images.pixels(), i, i + 3));
      }
    }
    assertThat(Arrays.stream(filled)).allMatch(pixels -> pixels >= 8 * 8 && pixels <= 16 * 16);
  }

  @Test
  void theSeedDecides() {
    LabelledImages once = augment("flip-crop", 1);
    assertThat(augment("flip-crop", 1)).isEqualTo(once);
    assertThat(augment("flip-crop", 2)).isNotEqualTo(once);
    assertThat(once).isNotEqualTo(images);
  }
}
