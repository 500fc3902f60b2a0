package org.wideresnet.data.files;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The names of classes, one a line: from the file beside the data, else the official ones. */
final class ClassNames {

  private ClassNames() {}

  /**
   * Reads a file of names; where there is none, the names are the official ones.
   *
   * @throws IllegalArgumentException if it is not text, or holds no name
   * @throws IOException if it cannot be read
   */
  static List<String> read(Path file, RecordLayout layout) throws IOException {
    if (!Files.exists(file)) {
      return official(layout);
    }
    List<String> names;
    try {
      names = named(Files.readString(file));
    } catch (MalformedInputException e) {
      throw new IllegalArgumentException(
          file + " is not UTF-8 text: it should hold the name of a class on each line.", e);
    }
    if (names.isEmpty()) {
      throw new IllegalArgumentException(
          file + " is empty: it should hold the name of a class on each line.");
    }
    return names;
  }

  /** Returns the official names: of CIFAR-10, or of the coarse or fine classes of CIFAR-100. */
  static List<String> official(RecordLayout layout) {
    String resource =
        switch (layout.classes()) {
          case 10 -> "cifar10-names.txt";
          case 20 -> "cifar100-coarse-names.txt";
          default -> "cifar100-fine-names.txt";
        };
    try (InputStream in = ClassNames.class.getResourceAsStream(resource)) {
      return named(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(resource + " cannot be read.", e);
    }
  }

  private static List<String> named(String text) {
    return text.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
  }
}
