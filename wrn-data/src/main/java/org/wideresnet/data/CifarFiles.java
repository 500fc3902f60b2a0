package org.wideresnet.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.wideresnet.data.files.CifarArchive;
import org.wideresnet.data.files.CifarDataset;
import org.wideresnet.data.files.CifarFolder;
import org.wideresnet.data.files.CifarVerification;
import org.wideresnet.data.files.OfficialCifar;
import org.wideresnet.data.generate.GeneratedCifar;

/**
 * Finds a data set by its name on the command line, opens it and checks it.
 *
 * <table>
 * <caption>Names</caption>
 * <tr><th>name</th><th>data set</th></tr>
 * <tr><td>{@code cifar10}</td><td>CIFAR-10</td></tr>
 * <tr><td>{@code cifar100}</td><td>CIFAR-100 with its 100 fine labels</td></tr>
 * <tr><td>{@code cifar100-coarse}</td><td>CIFAR-100 with its 20 coarse labels</td></tr>
 * <tr><td>{@code generated}, {@code generated100}</td><td>{@link GeneratedCifar}</td></tr>
 * <tr><td>a folder</td><td>any data set in the layout of CIFAR-10</td></tr>
 * <tr><td>a {@code .tar.gz}</td><td>an official archive</td></tr>
 * </table>
 *
 * <p>Named data sets are looked for in the directory given (the folder of the data set, its parent,
 * or an official archive), else in that of the environment variable {@value #VARIABLE}, else in the
 * cache. This class never loads TensorFlow.
 */
public final class CifarFiles {

  /** The environment variable that names a directory with data sets. */
  public static final String VARIABLE = "WRN_DATA_DIR";

  /** The names of data sets; what is none of these is a folder or an archive. */
  public static final List<String> NAMES =
      List.of("cifar10", "cifar100", "cifar100-coarse", "generated", "generated100");

  private final Map<String, String> environment;
  private final Path cache;

  /**
   * Looks in the given places.
   *
   * @param environment the environment variables, of which {@value #VARIABLE} is read
   * @param cache the directory for what is downloaded, drawn or unpacked; made when needed
   */
  public CifarFiles(Map<String, String> environment, Path cache) {
    this.environment = Map.copyOf(environment);
    this.cache = cache;
  }

  /** Looks in this process's environment and in {@code ~/.cache/wrn}. */
  public static CifarFiles ofThisMachine() {
    return new CifarFiles(
        System.getenv(), Path.of(System.getProperty("user.home"), ".cache", "wrn"));
  }

  /** Returns the directory for what is downloaded, drawn or unpacked. */
  public Path cache() {
    return cache;
  }

  /**
   * Returns the directory that a download goes to: the one given, else that of the environment,
   * else the cache.
   *
   * @param dataDir the directory given, or null
   */
  public Path directory(Path dataDir) {
    return places(dataDir).get(0);
  }

  /**
   * Says whether a data set can be found, without a look at what its files hold; generated ones
   * always can. The parameters are those of {@link #open}.
   */
  public boolean isPresent(String data, Path dataDir) {
    if (dataDir != null && Files.isRegularFile(dataDir)) {
      return true; // an archive
    }
    return switch (data) {
      case "cifar10" -> find(OfficialCifar.CIFAR10, dataDir).isPresent();
      case "cifar100", "cifar100-coarse" -> find(OfficialCifar.CIFAR100, dataDir).isPresent();
      case "generated", "generated100" -> true;
      default -> Files.exists(Path.of(data));
    };
  }

  /**
   * Opens a data set for training and checks every record.
   *
   * @param data a name, a folder or an archive
   * @param dataDir the directory to look in, or null for the usual places
   * @throws IllegalArgumentException if it is not there, not complete or not in order, with a
   *     sentence that says what is wrong
   * @throws IOException if a file cannot be read, drawn or unpacked
   */
  public CifarDataset open(String data, Path dataDir) throws IOException {
    return locate(data, dataDir, true).checked();
  }

  /**
   * Opens a data set of which only the test files are needed: {@code trainFiles} is empty where a
   * training file is missing.
   *
   * @throws IllegalArgumentException as {@link #open}
   * @throws IOException as {@link #open}
   */
  public CifarDataset openTest(String data, Path dataDir) throws IOException {
    return locate(data, dataDir, false).checkedTest();
  }

  /**
   * Opens a data set without a look at its records, for {@link CifarVerification}; {@code
   * trainFiles} is empty where all training files are missing, and names those too that are missing
   * beside others.
   *
   * @throws IllegalArgumentException if it is not there or has no test file
   * @throws IOException as {@link #open}
   */
  public CifarDataset openUnchecked(String data, Path dataDir) throws IOException {
    return locate(data, dataDir, false);
  }

  private CifarDataset locate(String data, Path dataDir, boolean withTraining) throws IOException {
    return switch (data) {
      case "cifar10" -> official(data, OfficialCifar.CIFAR10, dataDir, withTraining);
      case "cifar100", "cifar100-coarse" ->
          official(data, OfficialCifar.CIFAR100, dataDir, withTraining);
      case "generated" -> GeneratedCifar.TEN.locate(dataDir == null ? cache : dataDir);
      case "generated100" -> GeneratedCifar.HUNDRED.locate(dataDir == null ? cache : dataDir);
      default -> {
        if (dataDir != null) {
          throw new IllegalArgumentException(
              "--data-dir goes with a named data set, and --data %s is none of %s."
                  .formatted(data, String.join(", ", NAMES)));
        }
        yield folderOrArchive(Path.of(data), withTraining);
      }
    };
  }

  private CifarDataset official(String name, OfficialCifar kind, Path dataDir, boolean withTraining)
      throws IOException {
    Path unpacked =
        dataDir != null && Files.isRegularFile(dataDir)
            ? CifarArchive.unpackOnce(dataDir, cache)
            : dataDir;
    Path folder = find(kind, unpacked).orElseThrow(() -> notFound(kind, dataDir, unpacked));
    boolean coarse = name.endsWith("-coarse");
    return CifarFolder.official(name, kind, coarse, folder, withTraining);
  }

  private CifarDataset folderOrArchive(Path path, boolean withTraining) throws IOException {
    if (Files.isRegularFile(path)) {
      Path unpacked = CifarArchive.unpackOnce(path, cache);
      OfficialCifar kind =
          find(OfficialCifar.CIFAR10, unpacked).isPresent()
              ? OfficialCifar.CIFAR10
              : OfficialCifar.CIFAR100;
      String name = kind == OfficialCifar.CIFAR10 ? "cifar10" : "cifar100";
      return official(name, kind, path, withTraining);
    }
    if (!Files.isDirectory(path)) {
      throw new IllegalArgumentException(
          "--data %s is neither an existing folder or .tar.gz nor one of %s."
              .formatted(path, String.join(", ", NAMES)));
    }
    return CifarFolder.custom(path, withTraining);
  }

  private Optional<Path> find(OfficialCifar kind, Path dataDir) {
    for (Path place : places(dataDir)) {
      Path folder = place.resolve(kind.folder());
      if (Files.isDirectory(folder)) {
        return Optional.of(folder);
      }
      if (CifarFolder.holds(kind, place)) {
        return Optional.of(place);
      }
    }
    return Optional.empty();
  }

  private List<Path> places(Path dataDir) {
    if (dataDir != null) {
      return List.of(dataDir);
    }
    List<Path> places = new ArrayList<>();
    String variable = environment.getOrDefault(VARIABLE, "");
    if (!variable.isBlank()) {
      places.add(Path.of(variable));
    }
    places.add(cache);
    return places;
  }

  private IllegalArgumentException notFound(OfficialCifar kind, Path dataDir, Path unpacked) {
    String remedy = "\"wrn data download " + kind.option() + "\" fetches it";
    if (dataDir == null) {
      String variable =
          environment.getOrDefault(VARIABLE, "").isBlank()
              ? ""
              : environment.get(VARIABLE) + " ($" + VARIABLE + ") and in ";
      return new IllegalArgumentException(
          "There is no %s in %s%s: %s, or --data-dir says where it is."
              .formatted(kind.title(), variable, cache, remedy));
    }
    if (!Files.exists(dataDir)) {
      return new IllegalArgumentException(
          "--data-dir %s does not exist: it should be a folder with %s in it, or its .tar.gz."
              .formatted(dataDir, kind.title()));
    }
    for (OfficialCifar other : OfficialCifar.values()) {
      if (other != kind && CifarFolder.holds(other, unpacked)
          || Files.isDirectory(unpacked.resolve(other.folder()))) {
        return new IllegalArgumentException(
            "%s holds %s, not %s: use %s."
                .formatted(dataDir, other.title(), kind.title(), other.option()));
      }
    }
    return new IllegalArgumentException(
        "%s holds no %s: it should have a folder %s or the files %s and %s; %s."
            .formatted(
                dataDir,
                kind.title(),
                kind.folder(),
                String.join(", ", kind.trainFiles()),
                kind.testFile(),
                remedy));
  }
}
