package org.wideresnet.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.wideresnet.data.files.RecordLayout;

/** Folders with the official file names and a few records of random pixels. */
public final class TinyCifar {

  private TinyCifar() {}

  /** Makes {@code cifar-10-batches-bin} with ten records a file, one of each class. */
  public static Path cifar10(Path parent) throws IOException {
    Path folder = Files.createDirectories(parent.resolve("cifar-10-batches-bin"));
    byte[] records = Records.random(RecordLayout.CIFAR10, 0, 10);
    for (int i = 1; i <= 5; i++) {
      Files.write(folder.resolve("data_batch_" + i + ".bin"), records);
    }
    Files.write(folder.resolve("test_batch.bin"), records);
    return folder;
  }

  /** Makes {@code cifar-100-binary} with 20 records a file: classes 0 to 19, coarse and fine. */
  public static Path cifar100(Path parent) throws IOException {
    Path folder = Files.createDirectories(parent.resolve("cifar-100-binary"));
    byte[] records = Records.random(RecordLayout.CIFAR100_FINE, 0, 20);
    Files.write(folder.resolve("train.bin"), records);
    Files.write(folder.resolve("test.bin"), records);
    return folder;
  }
}
