package org.wideresnet.train.run;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Reads the rows of a {@code history.csv}, by the names of its columns. */
final class HistoryReader {

  private final Path file;
  private final List<String> lines;
  private final List<String> header;

  HistoryReader(Path file) throws IOException {
    this.file = file;
    try {
      lines = Files.readAllLines(file);
    } catch (CharacterCodingException e) {
      throw wrong(1, "this is no text", e);
    }
    header = lines.isEmpty() ? List.of() : List.of(lines.get(0).split(",", -1));
    if (!header.contains("epoch")) {
      throw wrong(1, "the column 'epoch' is missing", null);
    }
  }

  /** Returns the rows; a column that is missing, or a field without a value, is NaN. */
  List<History.Row> rows() {
    List<History.Row> rows = new ArrayList<>();
    for (int line = 2; line <= lines.size(); line++) {
      String text = lines.get(line - 1);
      if (!text.isBlank()) {
        rows.add(row(line, text.split(",", -1)));
      }
    }
    return rows;
  }

  private History.Row row(int line, String[] fields) {
    if (fields.length != header.size()) {
      throw wrong(line, fields.length + " fields under " + header.size() + " columns", null);
    }
    double epoch = number(line, fields, "epoch");
    if (epoch < 0 || epoch != Math.rint(epoch)) {
      throw wrong(line, "the epoch is no whole number", null);
    }
    return new History.Row(
        (int) epoch,
        number(line, fields, "accuracy"),
        number(line, fields, "learning_rate"),
        number(line, fields, "loss"),
        number(line, fields, "val_accuracy"),
        number(line, fields, "val_loss"),
        number(line, fields, "seconds"),
        number(line, fields, "images_per_second"),
        number(line, fields, "gradient_norm"),
        number(line, fields, "data_wait"));
  }

  private double number(int line, String[] fields, String column) {
    int index = header.indexOf(column);
    String text = index < 0 ? "" : fields[index].strip();
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "", "na", "nan" -> Double.NaN;
      case "inf", "infinity" -> Double.POSITIVE_INFINITY;
      default -> {
        try {
          yield Double.parseDouble(text);
        } catch (NumberFormatException e) {
          throw wrong(line, column + " is '" + text + "', which is no number", e);
        }
      }
    };
  }

  private IllegalArgumentException wrong(int line, String what, Exception cause) {
    return new IllegalArgumentException("In " + file + ", line " + line + ": " + what + ".", cause);
  }
}
