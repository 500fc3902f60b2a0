package org.wideresnet.model.summary;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.wideresnet.model.Layer;
import org.wideresnet.model.WideResNet;

/**
 * The table of a network's layers, as Keras 3 prints it for the same network: {@code
 * model.summary()}.
 *
 * @param network what the table shows
 */
public record ModelSummary(WideResNet network) {
  private static final int MIN_COLUMNS = 50;
  private static final int MAX_LINE = 108;

  /**
   * Returns the line that the Keras original prints when it has made the network, such as {@code
   * Wide Residual Network-16-2 created.} The original's first listing counts 4 + 6(N-1)
   * convolutions and says 10-2 for N = 2, k = 2; a later one counts 6N + 4, as here.
   */
  public String created() {
    return network.config().name().replace("WRN", "Wide Residual Network") + " created.";
  }

  /**
   * Returns the table, each line ending in a line feed.
   *
   * @param columns the width of the terminal in characters; as with Keras, the table is four
   *     narrower, and at most 108 wide. Less than 50 is taken as 50
   */
  public String text(int columns) {
    long trainable = network.trainableParameters();
    long moving = network.movingStatistics();
    TextTable table = table(Math.min(MAX_LINE, Math.max(MIN_COLUMNS, columns) - 4));
    return "Model: \"functional\"\n"
        + String.join("\n", table.lines())
        + total("\n Total", trainable + moving)
        + total(" Trainable", trainable)
        + total(" Non-trainable", moving);
  }

  /** The columns end where Keras lets them end; the borders take their share of each. */
  private TextTable table(int length) {
    int first = (int) (0.3 * length);
    int second = (int) (0.56 * length);
    int third = (int) (0.74 * length);
    List<TextTable.Column> columns =
        List.of(
            new TextTable.Column("Layer (type)", first - 3, false),
            new TextTable.Column("Output Shape", second - first - 3, false),
            new TextTable.Column("Param #", third - second - 4, true),
            new TextTable.Column("Connected to", length - third - 3, false));
    return new TextTable(columns, network.layers().stream().map(ModelSummary::row).toList());
  }

  private static List<String> row(Layer layer) {
    String connections =
        layer.inputs().stream()
            .map(input -> input.name() + "[0][0]")
            .collect(Collectors.joining(", "));
    return List.of(
        layer.name() + " (" + layer.type().kerasName() + ")",
        layer.kerasShape(),
        String.format(Locale.ROOT, "%,d", layer.parameters()),
        connections.isEmpty() ? "-" : connections);
  }

  private static String total(String label, long count) {
    return String.format(
        Locale.ROOT, "%s params: %,d (%s)\n", label, count, size(count * Float.BYTES));
  }

  private static String size(double bytes) {
    List<String> units = List.of("B", "KB", "MB", "GB", "TB");
    int unit = 0;
    while (bytes >= 1024 && unit < units.size() - 1) {
      bytes /= 1024;
      unit++;
    }
    // Half to even, as Python rounds: 7.125 is written 7.12.
    return new BigDecimal(bytes).setScale(2, RoundingMode.HALF_EVEN) + " " + units.get(unit);
  }
}
