package org.wideresnet.data.generate;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.wideresnet.data.files.CifarDataset;
import org.wideresnet.data.files.CifarFolder;
import org.wideresnet.data.files.OfficialCifar;
import org.wideresnet.data.files.RecordLayout;
import org.wideresnet.data.files.WholeFolder;

/**
 * A data set that is drawn instead of downloaded, in the official layout: for a first run, tests
 * and demonstrations where CIFAR is not at hand.
 *
 * <p>With ten classes each image shows one of ten figures (disc, ring, square, triangle, cross,
 * star, three kinds of stripes, checkerboard) in any two colours, at any place and size, with a
 * gradient, spots and noise, so that neither a colour nor a pixel gives the class away: softmax
 * regression on the pixels gets 26 % of the test set right, WRN-10-1 98 % after four epochs. With a
 * hundred classes the figure and its colour (of ten) make the class, and the twenty coarse classes
 * are the figure and half of the colour circle: softmax regression 50 %, WRN-10-1 96 % after five
 * epochs. Mirroring or shifting an image by a few pixels never changes its class.
 *
 * <p>Each image is a function of (seed, split, index) alone, with the same bytes on every machine.
 *
 * @param classes 10, in the layout of CIFAR-10, or 100, in that of CIFAR-100
 * @param seed the seed of the whole data set
 * @param trainImages the number of training images, at least 5
 * @param testImages the number of test images, at least 1
 */
public record GeneratedCifar(int classes, long seed, int trainImages, int testImages) {

  /** The ten-class data set called {@code generated}. */
  public static final GeneratedCifar TEN = new GeneratedCifar(10, 0, 10_000, 2_000);

  /** The hundred-class data set called {@code generated100}. */
  public static final GeneratedCifar HUNDRED = new GeneratedCifar(100, 0, 20_000, 4_000);

  /** Changes whenever the same parameters give other images. */
  private static final int VERSION = 1;

  private static final List<String> HUES =
      List.of("red orange yellow lime green turquoise azure blue purple pink".split(" "));

  private static final int TRAIN = 0;
  private static final int TEST = 1;
  private static final int CHUNK = 1_000;

  /** Refuses numbers out of range with an IllegalArgumentException. */
  public GeneratedCifar {
    if (classes != 10 && classes != 100) {
      throw new IllegalArgumentException(
          "A generated data set has 10 or 100 classes, not " + classes + ".");
    }
    if (trainImages < 5 || testImages < 1 || trainImages > 1_000_000 || testImages > 1_000_000) {
      throw new IllegalArgumentException(
          "A generated data set has 5 to 1,000,000 training and 1 to 1,000,000 test images, not %d and %d."
              .formatted(trainImages, testImages));
    }
  }

  /** Returns the name of its folder, which holds all that decides the content. */
  public String folderName() {
    return "generated%d-v%d-seed%d-%d-%d"
        .formatted(classes, VERSION, seed, trainImages, testImages);
  }

  /**
   * Opens the data set, drawing it first (a few seconds) where it is not there yet.
   *
   * @param directory the folder of the data set itself, or that in which it has or gets its folder
   * @return the data set, checked
   * @throws IllegalArgumentException if what is there is not in order
   * @throws IOException if it cannot be read or written
   */
  public CifarDataset open(Path directory) throws IOException {
    return locate(directory).checked();
  }

  /** Does the same without a check of the records. */
  public CifarDataset locate(Path directory) throws IOException {
    OfficialCifar kind = kind();
    String name = classes == 10 ? "generated" : "generated100";
    Path folder = directory;
    if (!CifarFolder.holds(kind, directory)) {
      folder = directory.resolve(folderName());
      if (!Files.exists(folder)) {
        WholeFolder.write(folder, this::writeTo);
      }
    }
    CifarDataset dataset = CifarFolder.official(name, kind, false, folder, true);
    if (!dataset.classNames().equals(classes == 10 ? figureNames() : fineNames())) {
      throw new IllegalArgumentException(
          "%s holds another data set than the generated one: leave --data %s away, or name another --data-dir."
              .formatted(folder, name));
    }
    return new CifarDataset(
        name, dataset.layout(), dataset.classNames(), dataset.trainFiles(), dataset.testFiles());
  }

  private OfficialCifar kind() {
    return classes == 10 ? OfficialCifar.CIFAR10 : OfficialCifar.CIFAR100;
  }

  private void writeTo(Path folder) throws IOException {
    List<String> files = kind().trainFiles();
    for (int i = 0; i < files.size(); i++) {
      int from = (int) ((long) trainImages * i / files.size());
      int to = (int) ((long) trainImages * (i + 1) / files.size());
      write(folder.resolve(files.get(i)), TRAIN, from, to);
    }
    write(folder.resolve(kind().testFile()), TEST, 0, testImages);
    if (classes == 10) {
      Files.write(folder.resolve(CifarFolder.NAMES_FILE), figureNames());
    } else {
      Files.write(folder.resolve(CifarFolder.FINE_NAMES_FILE), fineNames());
      Files.write(folder.resolve(CifarFolder.COARSE_NAMES_FILE), coarseNames());
    }
  }

  private void write(Path file, int split, int from, int to) throws IOException {
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      for (int start = from; start < to; start += CHUNK) {
        byte[][] records =
            IntStream.range(start, Math.min(start + CHUNK, to))
                .parallel()
                .mapToObj(index -> record(split, index))
                .toArray(byte[][]::new);
        for (byte[] record : records) {
          out.write(record);
        }
      }
    }
  }

  /** Draws an image; labels go round, so that every stretch of a file is balanced. */
  private byte[] record(int split, int index) {
    ImageRandom random = new ImageRandom(seed, classes, split, index);
    int label = index % classes;
    if (classes == 10) {
      byte[] record = new byte[RecordLayout.CIFAR10.recordBytes()];
      record[0] = (byte) label;
      GeneratedImage.draw(Figure.values()[label], OptionalDouble.empty(), random, record);
      return record;
    }
    byte[] record = new byte[RecordLayout.CIFAR100_FINE.recordBytes()];
    record[0] = (byte) (label / 5);
    record[1] = (byte) label;
    double hue = (label % 10) / 10.0 + random.between(-0.02, 0.02);
    GeneratedImage.draw(Figure.values()[label / 10], OptionalDouble.of(hue), random, record);
    return record;
  }

  private static List<String> figureNames() {
    return List.of(Figure.values()).stream().map(Figure::label).toList();
  }

  private static List<String> fineNames() {
    return namesWith(HUES);
  }

  private static List<String> coarseNames() {
    return namesWith(List.of("red_to_green", "turquoise_to_pink"));
  }

  private static List<String> namesWith(List<String> colours) {
    return figureNames().stream()
        .flatMap(figure -> colours.stream().map(colour -> colour + "_" + figure))
        .toList();
  }
}
