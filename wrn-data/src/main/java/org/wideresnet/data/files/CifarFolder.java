package org.wideresnet.data.files;

import com.google.common.io.MoreFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Finds the files in a folder of one of the official layouts. */
public final class CifarFolder {

  public static final String NAMES_FILE = "batches.meta.txt";
  public static final String FINE_NAMES_FILE = "fine_label_names.txt";
  public static final String COARSE_NAMES_FILE = "coarse_label_names.txt";

  private static final Pattern TRAIN_FILE = Pattern.compile("data_batch_(\\d{1,6})\\.bin");

  private CifarFolder() {}

  /** Says whether a folder has at least one of the data files of an official data set. */
  public static boolean holds(OfficialCifar kind, Path folder) {
    return Stream.concat(kind.trainFiles().stream(), Stream.of(kind.testFile()))
        .anyMatch(file -> Files.isRegularFile(folder.resolve(file)));
  }

  /**
   * Finds the files of a folder with the file names of an official data set.
   *
   * @param withTraining whether the training files must be there; if not, they are left out where
   *     all are missing
   * @throws IllegalArgumentException if a file is missing or the class names are wrong
   * @throws IOException if a file cannot be read
   */
  public static CifarDataset official(
      String name, OfficialCifar kind, boolean coarse, Path folder, boolean withTraining)
      throws IOException {
    List<Path> train = kind.trainFiles().stream().map(folder::resolve).toList();
    Path test = folder.resolve(kind.testFile());
    List<Path> missing = new ArrayList<>(train);
    missing.add(test);
    missing.removeIf(Files::isRegularFile);
    if (missing.contains(test) || withTraining && !missing.isEmpty()) {
      throw new IllegalArgumentException(
          "%s has no %s: %s needs %s and %s."
              .formatted(
                  folder,
                  missing.get(0).getFileName(),
                  kind.title(),
                  String.join(", ", kind.trainFiles()),
                  kind.testFile()));
    }
    RecordLayout layout = kind.layout(coarse);
    Path namesFile =
        folder.resolve(
            kind == OfficialCifar.CIFAR10
                ? NAMES_FILE
                : coarse ? COARSE_NAMES_FILE : FINE_NAMES_FILE);
    List<String> names = ClassNames.read(namesFile, layout);
    if (names.size() != layout.classes()) {
      throw new IllegalArgumentException(
          "%s holds %d class names: %s has %d classes%s."
              .formatted(
                  namesFile,
                  names.size(),
                  kind.title(),
                  layout.classes(),
                  coarse ? " of the coarse kind" : ""));
    }
    return new CifarDataset(
        name,
        layout,
        names,
        missing.containsAll(train) ? List.of() : train,
        List.of(test),
        Optional.of(kind));
  }

  /**
   * Finds the files of a folder in the CIFAR-10 layout with any number of training files and of
   * classes; the classes are those that {@code batches.meta.txt} names, else the ten of CIFAR-10.
   *
   * @throws IllegalArgumentException if a file is missing or the class names are wrong
   * @throws IOException if a file cannot be read
   */
  public static CifarDataset custom(Path folder, boolean withTraining) throws IOException {
    OfficialCifar kind = OfficialCifar.CIFAR10;
    List<Path> train = trainFiles(folder);
    Path test = folder.resolve(kind.testFile());
    if (train.isEmpty() && holds(OfficialCifar.CIFAR100, folder)) {
      throw new IllegalArgumentException(
          folder + " is in the CIFAR-100 layout: use --data cifar100 --data-dir " + folder + ".");
    }
    if (train.isEmpty() && !Files.isRegularFile(test) && holdsFolders(folder)) {
      throw new IllegalArgumentException(
          "%s holds folders, not a data set; if they hold the pictures of a class each, \"data import --from %s --to FOLDER\" makes one of them."
              .formatted(folder, folder));
    }
    if (withTraining && train.isEmpty() || !Files.isRegularFile(test)) {
      throw new IllegalArgumentException(
          "%s has no %s: a folder given as --data needs data_batch_1.bin, test_batch.bin and batches.meta.txt, as CIFAR-10 has them."
              .formatted(folder, train.isEmpty() ? kind.trainFiles().get(0) : test.getFileName()));
    }
    Path namesFile = folder.resolve(NAMES_FILE);
    List<String> names = ClassNames.read(namesFile, RecordLayout.CIFAR10);
    if (names.size() < 2 || names.size() > 256) {
      throw new IllegalArgumentException(
          namesFile + " names " + names.size() + " classes: there must be 2 to 256.");
    }
    return new CifarDataset(
        folder.toAbsolutePath().normalize().getFileName().toString(),
        new RecordLayout(1, 0, names.size()),
        names,
        train,
        List.of(test));
  }

  private static boolean holdsFolders(Path folder) throws IOException {
    return MoreFiles.listFiles(folder).stream().filter(Files::isDirectory).count() > 1;
  }

  private static List<Path> trainFiles(Path folder) throws IOException {
    TreeMap<Integer, Path> byNumber = new TreeMap<>();
    for (Path file : MoreFiles.listFiles(folder)) {
      Matcher matcher = TRAIN_FILE.matcher(file.getFileName().toString());
      if (matcher.matches()) {
        byNumber.put(Integer.parseInt(matcher.group(1)), file);
      }
    }
    return List.copyOf(byNumber.values());
  }
}
