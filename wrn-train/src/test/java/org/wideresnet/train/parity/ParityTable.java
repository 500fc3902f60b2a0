package org.wideresnet.train.parity;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The largest deviation of every check, and where it was found. */
final class ParityTable {
  private record Row(double deviation, String where, int comparisons) {
    Row and(Row other) {
      Row larger = other.deviation > deviation ? other : this;
      return new Row(larger.deviation, larger.where, comparisons + other.comparisons);
    }
  }

  private final String peer;
  private final Map<ParityCheck, Row> rows = new EnumMap<>(ParityCheck.class);
  private final Map<ParityCheck, Row> recent = new EnumMap<>(ParityCheck.class);

  /** Makes an empty table of comparisons with a peer. */
  ParityTable(String peer) {
    this.peer = peer;
  }

  /** Notes a deviation; {@link #assertPassed} fails if it is too large. */
  void add(ParityCheck check, String where, double deviation) {
    Row row = new Row(deviation, where, 1);
    rows.merge(check, row, Row::and);
    recent.merge(check, row, Row::and);
  }

  /** Fails if a deviation that was noted since the last call is too large. */
  void assertPassed() {
    Map<ParityCheck, Row> noted = new EnumMap<>(recent);
    recent.clear();
    List<String> failures = new ArrayList<>();
    noted.forEach(
        (check, row) -> {
          if (!(row.deviation <= check.tolerance())) {
            failures.add(
                "%s: %s deviates by %s, more than %s"
                    .formatted(
                        row.where,
                        check.label(),
                        number(row.deviation),
                        number(check.tolerance())));
          }
        });
    assertThat(failures).isEmpty();
  }

  boolean isEmpty() {
    return rows.isEmpty();
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("\nParity with " + peer + "\n");
    text.append(line("check", "largest deviation", "tolerance", "compared", "largest in"));
    rows.forEach(
        (check, row) ->
            text.append(
                line(
                    check.label(),
                    number(row.deviation),
                    Double.isFinite(check.tolerance()) ? number(check.tolerance()) : "-",
                    String.valueOf(row.comparisons),
                    row.where)));
    return text.toString();
  }

  /** Writes the checks that have a tolerance, as {@code wrn compare} reads them. */
  void writeJson(Path file) throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    ArrayNode checks = mapper.createArrayNode();
    rows.forEach(
        (check, row) -> {
          if (Double.isFinite(check.tolerance())) {
            checks
                .addObject()
                .put("check", check.label())
                .put("largest_deviation", row.deviation)
                .put("tolerance", check.tolerance());
          }
        });
    mapper.writerWithDefaultPrettyPrinter().writeValue(file.toFile(), checks);
  }

  private static String line(String check, String deviation, String tolerance, String n, String w) {
    return "%-76s %17s %9s %8s  %s\n".formatted(check, deviation, tolerance, n, w);
  }

  private static String number(double value) {
    return value == 0 ? "0" : String.format(Locale.ROOT, "%.1e", value);
  }
}
