package org.wideresnet.model.files;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads files of text. */
public final class TextFile {
  private TextFile() {}

  /**
   * Returns what a file holds.
   *
   * @throws IllegalArgumentException if it is not text in UTF-8
   * @throws IOException if it cannot be read
   */
  public static String read(Path file) throws IOException {
    try {
      return Files.readString(file);
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(
          "The file %s is damaged: it should be text in UTF-8.".formatted(file), e);
    }
  }
}
