package org.wideresnet.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.wideresnet.data.files.CifarDataset;
import org.wideresnet.data.files.RecordLayout;

/** A small data set whose classes show in the brightness of the images. */
public final class BrightImages {
  private BrightImages() {}

  /** Writes the files and returns the data set. */
  public static CifarDataset write(Path folder, int trainImages, int testImages, int classes)
      throws IOException {
    return new CifarDataset(
        "bright",
        new RecordLayout(1, 0, classes),
        IntStream.range(0, classes).mapToObj(label -> "brightness " + label).toList(),
        List.of(write(folder.resolve("train.bin"), trainImages, classes)),
        List.of(write(folder.resolve("test.bin"), testImages, classes)));
  }

  private static Path write(Path file, int images, int classes) throws IOException {
    Random random = new Random(images);
    int recordBytes = 1 + RecordLayout.IMAGE_BYTES;
    byte[] bytes = new byte[images * recordBytes];
    for (int i = 0; i < bytes.length; i++) {
      int label = i / recordBytes % classes;
      int pixel = 200 * label / classes + random.nextInt(50);
      bytes[i] = (byte) (i % recordBytes == 0 ? label : pixel);
    }
    return Files.write(file, bytes);
  }
}
