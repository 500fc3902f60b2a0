package org.wideresnet.train.parity;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** Arrays by name, in an {@code .npz} archive or a folder of {@code .npy} files. */
final class NumpyFiles {
  private static final String SUFFIX = ".npy";

  private NumpyFiles() {}

  /** Reads an archive among the golden numbers of the test resources. */
  static Map<String, NumpyArray> golden(String file) throws IOException {
    Map<String, NumpyArray> arrays = new HashMap<>();
    try (InputStream in = NumpyFiles.class.getResourceAsStream("/golden/" + file);
        ZipInputStream zip = new ZipInputStream(in)) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        arrays.put(name(entry.getName()), NumpyArray.read(zip));
      }
    }
    return arrays;
  }

  static Map<String, NumpyArray> read(Path folder) throws IOException {
    Map<String, NumpyArray> arrays = new HashMap<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + SUFFIX)) {
      for (Path file : files) {
        try (InputStream in = Files.newInputStream(file)) {
          arrays.put(name(file.getFileName().toString()), NumpyArray.read(in));
        }
      }
    }
    return arrays;
  }

  static Path write(Path folder, Map<String, NumpyArray> arrays) throws IOException {
    Files.createDirectories(folder);
    for (Map.Entry<String, NumpyArray> array : arrays.entrySet()) {
      Files.write(folder.resolve(array.getKey() + SUFFIX), array.getValue().file());
    }
    return folder;
  }

  private static String name(String file) {
    return file.substring(0, file.length() - SUFFIX.length());
  }
}
