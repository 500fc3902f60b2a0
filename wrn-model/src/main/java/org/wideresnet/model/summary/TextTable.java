package org.wideresnet.model.summary;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A table drawn with box characters, a line between any two rows: the form in which Keras 3 prints
 * a model. Text too long for its column is broken between words; a word too long for it ends in an
 * ellipsis.
 */
record TextTable(List<TextTable.Column> columns, List<List<String>> rows) {

  /**
   * A column.
   *
   * @param title its head
   * @param width its width in characters, without the space at either side
   * @param right whether its text stands at the right
   */
  record Column(String title, int width, boolean right) {

    private String format() {
      return " %" + (right ? "" : "-") + width + "s ";
    }
  }

  /** Returns the lines of the table. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(rule("┏━┳┓"));
    lines.addAll(cells(columns.stream().map(Column::title).toList(), '┃'));
    lines.add(rule("┡━╇┩"));
    for (List<String> row : rows) {
      if (row != rows.get(0)) {
        lines.add(rule("├─┼┤"));
      }
      lines.addAll(cells(row, '│'));
    }
    lines.add(rule("└─┴┘"));
    return lines;
  }

  /** Draws a horizontal line from its left end, line, crossing and right end. */
  private String rule(String parts) {
    return columns.stream()
        .map(column -> parts.substring(1, 2).repeat(column.width() + 2))
        .collect(
            Collectors.joining(parts.substring(2, 3), parts.substring(0, 1), parts.substring(3)));
  }

  private List<String> cells(List<String> texts, char border) {
    List<List<String>> wrapped =
        IntStream.range(0, columns.size())
            .mapToObj(i -> wrap(texts.get(i), columns.get(i).width()))
            .toList();
    int height = wrapped.stream().mapToInt(List::size).max().orElse(0);
    List<String> lines = new ArrayList<>();
    for (int y = 0; y < height; y++) {
      StringBuilder line = new StringBuilder().append(border);
      for (int i = 0; i < columns.size(); i++) {
        String text = y < wrapped.get(i).size() ? wrapped.get(i).get(y) : "";
        line.append(String.format(columns.get(i).format(), text)).append(border);
      }
      lines.add(line.toString());
    }
    return lines;
  }

  private static List<String> wrap(String text, int width) {
    List<String> lines = new ArrayList<>();
    String line = "";
    for (String word : text.split(" ")) {
      String longer = line.isEmpty() ? word : line + " " + word;
      if (longer.length() > width && !line.isEmpty()) {
        lines.add(line);
        longer = word;
      }
      line = longer.length() > width ? longer.substring(0, width - 1) + "…" : longer;
    }
    lines.add(line);
    return lines;
  }
}
