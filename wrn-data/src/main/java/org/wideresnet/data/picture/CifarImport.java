package org.wideresnet.data.picture;

import com.google.common.io.MoreFiles;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import org.wideresnet.data.files.CifarDataset;
import org.wideresnet.data.files.CifarFolder;
import org.wideresnet.data.files.RecordLayout;
import org.wideresnet.data.files.WholeFolder;

/**
 * Makes a data set in the layout of CIFAR-10 of a folder of PNG and JPEG pictures, one sub-folder a
 * class. Each picture is cropped to its central square and averaged down to 32x32.
 */
public final class CifarImport {

  /**
   * What became of the pictures.
   *
   * @param dataset the new data set
   * @param skipped a sentence about each picture that was left out
   */
  public record Result(CifarDataset dataset, List<String> skipped) {}

  private record Labelled(Path file, int label) {}

  private final List<Labelled> train = new ArrayList<>();
  private final List<Labelled> test = new ArrayList<>();
  private final List<String> skipped = new ArrayList<>();

  private CifarImport() {}

  /**
   * Reads the pictures and writes the data set. The classes are the sub-folders in alphabetical
   * order. Which pictures of a class are for testing, and the order of all, follow from the seed.
   *
   * @param pictures the folder with one sub-folder a class
   * @param folder the folder to write, which must not exist
   * @param testShare the share of each class that becomes the test set, between 0 and 1
   * @param seed the seed of split and order
   * @throws IllegalArgumentException if there are not 2 to 256 classes with two readable pictures
   *     each, or {@code folder} exists
   * @throws IOException if something cannot be read or written
   */
  public static Result run(Path pictures, Path folder, double testShare, long seed)
      throws IOException {
    if (!(testShare > 0 && testShare < 1)) {
      throw new IllegalArgumentException(
          "The share of test pictures is " + testShare + ": it should be between 0 and 1.");
    }
    if (Files.exists(folder)) {
      throw new IllegalArgumentException(folder + " exists already: name a new folder.");
    }
    if (!Files.isDirectory(pictures)) {
      throw new IllegalArgumentException(
          pictures + " is not a folder: it should hold a sub-folder of pictures for each class.");
    }
    List<Path> classes = sorted(pictures, Files::isDirectory);
    if (classes.size() < 2 || classes.size() > 256) {
      throw new IllegalArgumentException(
          "%s has %d sub-folders: it should hold one of pictures for each class, 2 to 256 of them."
              .formatted(pictures, classes.size()));
    }
    CifarImport run = new CifarImport();
    run.split(classes, testShare, new Random(seed));
    WholeFolder.write(folder, draft -> run.writeTo(draft, classes));
    return new Result(CifarFolder.custom(folder, true).checked(), run.skipped);
  }

  private void split(List<Path> classes, double testShare, Random random) throws IOException {
    for (int label = 0; label < classes.size(); label++) {
      List<Path> files = new ArrayList<>(sorted(classes.get(label), Picture::isNamedLikeOne));
      Collections.shuffle(files, random);
      int tests = (int) Math.max(1, Math.round(files.size() * testShare));
      for (int i = 0; i < files.size(); i++) {
        (i < tests ? test : train).add(new Labelled(files.get(i), label));
      }
    }
    Collections.shuffle(train, random);
    Collections.shuffle(test, random);
  }

  private void writeTo(Path folder, List<Path> classes) throws IOException {
    List<String> names = classes.stream().map(path -> path.getFileName().toString()).toList();
    Files.write(folder.resolve(CifarFolder.NAMES_FILE), names);
    int[] trained = write(train, folder.resolve("data_batch_1.bin"), classes.size());
    int[] tested = write(test, folder.resolve("test_batch.bin"), classes.size());
    Collections.sort(skipped);
    for (int label = 0; label < classes.size(); label++) {
      if (trained[label] == 0 || tested[label] == 0) {
        throw new IllegalArgumentException(
            "%s has %d readable PNG or JPEG pictures for training and %d for testing: each class needs one at least."
                .formatted(classes.get(label), trained[label], tested[label]));
      }
    }
  }

  private int[] write(List<Labelled> pictures, Path file, int classes) throws IOException {
    int[] counts = new int[classes];
    byte[] record = new byte[RecordLayout.CIFAR10.recordBytes()];
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      for (Labelled picture : pictures) {
        try {
          Picture.read(picture.file).writeTo(record);
        } catch (IllegalArgumentException e) {
          skipped.add(e.getMessage());
          continue;
        }
        record[0] = (byte) picture.label;
        out.write(record);
        counts[picture.label]++;
      }
    }
    return counts;
  }

  private static List<Path> sorted(Path folder, Predicate<Path> kind) throws IOException {
    return MoreFiles.listFiles(folder).stream()
        .filter(path -> !path.getFileName().toString().startsWith(".") && kind.test(path))
        .sorted()
        .toList();
  }
}
