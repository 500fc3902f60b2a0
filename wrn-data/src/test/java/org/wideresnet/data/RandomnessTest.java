package org.wideresnet.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.op.Ops;
import org.wideresnet.data.augment.Augmentation;
import org.wideresnet.data.pipeline.CifarPipeline;
import org.wideresnet.data.pipeline.ImageStore;

/**
 * What the pipeline draws, read back from images of a ramp: red grows by 7 a row, green by 7 a
 * column, so that an augmented pixel tells where it was taken from.
 */
class RandomnessTest {

  private static final int IMAGES = 200;
  private static final int EPOCHS = 20;
  private static final int DRAWS = IMAGES * EPOCHS;
  private static final int SLOPE = 7;

  @TempDir Path folder;

  private List<byte[]> draws(String augmentation) throws IOException {
    byte[] ramps = new byte[IMAGES * Records.NUMBERED.recordBytes()];
    for (int i = 0; i < ramps.length; i++) {
      int pixel = i % Records.NUMBERED.recordBytes() - 1;
      if (pixel >= 0 && pixel < 1024) {
        ramps[i] = (byte) (SLOPE * (pixel / 32));
      } else if (pixel >= 1024 && pixel < 2048) {
        ramps[i] = (byte) (SLOPE * (pixel % 32));
      }
    }
    Path file = Files.write(folder.resolve("ramps.bin"), ramps);
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      ImageStore store = ImageStore.of(tf, List.of(file), Records.NUMBERED);
      CifarPipeline pipeline =
          CifarPipeline.training(tf, store, IMAGES, 50, Augmentation.parse(augmentation), 1);
      try (Session session = new Session(graph)) {
        store.load(session);
        List<byte[]> images = new ArrayList<>();
        for (int epoch = 0; epoch < EPOCHS; epoch++) {
          images.addAll(Epoch.run(pipeline, session, epoch).images());
        }
        return images;
      }
    }
  }

  /** The row (channel 0) or column (channel 1) that a pixel comes from. */
  private static double source(byte[] image, int row, int column, int channel) {
    return (image[(row * 32 + column) * 3 + channel] & 0xFF) / (double) SLOPE;
  }

  private static boolean flipped(byte[] image) {
    return source(image, 16, 20, 1) < source(image, 16, 10, 1);
  }

  @Test
  void flipAndOffsetsOfACropAreUniformAndIndependent() throws IOException {
    List<byte[]> images = draws("flip-crop");
    assertThat(share(images, RandomnessTest::flipped)).isCloseTo(0.5, within(0.04));
    for (int offset = -4; offset <= 4; offset++) {
      double down = 16 + offset;
      Predicate<byte[]> isDown = image -> source(image, 16, 16, 0) == down;
      Predicate<byte[]> isRight = image -> source(image, 16, flipped(image) ? 15 : 16, 1) == down;
      assertThat(share(images, isDown)).isCloseTo(1 / 9., within(0.02));
      assertThat(share(images, isRight)).isCloseTo(1 / 9., within(0.02));
      assertThat(share(images, isDown.and(isRight))).isCloseTo(1 / 81., within(0.01));
      assertThat(share(images, isDown.and(RandomnessTest::flipped)))
          .isCloseTo(1 / 18., within(0.015));
    }
  }

  @Test
  void angleAndShiftsOfKerasFillTheirRanges() throws IOException {
    List<byte[]> images = draws("keras");
    assertThat(share(images, RandomnessTest::flipped)).isCloseTo(0.5, within(0.04));
    double limit = Math.sin(Math.toRadians(10));
    for (int tenth = -10; tenth <= 10; tenth += 5) {
      double part = tenth / 10.;
      double share = (1 + part) / 2;
      // Rows change along a row by the sine of the angle; the centre moves by the shift.
      assertThat(share(images, image -> sine(image) <= part * limit))
          .as("angle below %s", part)
          .isCloseTo(share, within(0.04));
      assertThat(share(images, image -> middle(image, 0) - 15.5 <= part * 5))
          .as("vertical shift below %s", part)
          .isCloseTo(share, within(0.04));
      assertThat(share(images, image -> middle(image, 1) - 15.5 <= part * 5))
          .as("horizontal shift below %s", part)
          .isCloseTo(share, within(0.04));
    }
  }

  private static double sine(byte[] image) {
    return (source(image, 16, 8, 0) - source(image, 16, 24, 0)) / 16;
  }

  private static double middle(byte[] image, int channel) {
    return (source(image, 15, 15, channel)
            + source(image, 15, 16, channel)
            + source(image, 16, 15, channel)
            + source(image, 16, 16, channel))
        / 4;
  }

  private static double share(List<byte[]> images, Predicate<byte[]> condition) {
    return images.stream().filter(condition).count() / (double) DRAWS;
  }
}
