package org.wideresnet.train.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Rows of a history, written with the columns that a test is about; the others are NaN. */
public final class Rows {

  private Rows() {}

  /** Reads a history of the columns {@code epoch} and those that are named. */
  public static List<History.Row> of(String columns, List<String> lines) {
    try {
      Path file = Files.createTempFile("history", ".csv");
      try {
        Files.writeString(file, "epoch," + columns + "\n" + String.join("\n", lines) + "\n");
        return History.open(file).rows();
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns a single row. */
  public static History.Row of(String columns, String line) {
    return of(columns, List.of(line)).get(0);
  }
}
