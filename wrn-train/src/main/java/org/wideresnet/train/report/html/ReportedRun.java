package org.wideresnet.train.report.html;

import static java.util.Map.entry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.wideresnet.train.report.FlatJson;
import org.wideresnet.train.report.NumberFormats;
import org.wideresnet.train.run.History;
import org.wideresnet.train.run.History.Quantity;
import org.wideresnet.train.run.RunDirectory;

/**
 * What the directory of a run says. Runs of the Keras twin leave out keys that Java runs have, so
 * every key may be missing.
 *
 * @param name what the run is called in the report
 * @param style its CSS classes
 * @param json what {@code run.json} holds
 * @param epochs the rows of its history, one at least
 * @param checks what {@code parity.json} holds; none where there is no such file
 */
record ReportedRun(
    String name, String style, JsonNode json, List<History.Row> epochs, List<ParityCheck> checks) {

  private static final Set<String> NO_SETTINGS =
      Set.of("format", "state", "started", "machine", "result");

  private static final JsonMapper JSON = new JsonMapper();

  /** A row of the table of epochs, from which the script of the page takes the values of curves. */
  record EpochRow(int epoch, double time, List<Cell> cells) {}

  record Cell(Quantity quantity, String text) {}

  /**
   * Reads the directory of a run.
   *
   * @throws IllegalArgumentException if it is not a run, or no epoch of it has ended
   * @throws IOException if a file cannot be read
   */
  static ReportedRun read(String name, Path directory) throws IOException {
    RunDirectory run = RunDirectory.open(directory);
    JsonNode json = tree(run.runJson(), JsonNode::isObject, "an object");
    List<History.Row> epochs = History.open(run.history()).rows();
    if (epochs.isEmpty()) {
      throw new IllegalArgumentException(
          "The run %s has no epoch in its history.csv; report it when one has ended."
              .formatted(directory));
    }
    Path parity = directory.resolve("parity.json");
    List<ParityCheck> checks = new ArrayList<>();
    if (Files.exists(parity)) {
      tree(parity, JsonNode::isArray, "an array of checks")
          .forEach(check -> checks.add(new ParityCheck(check)));
    }
    return new ReportedRun(name, "", json, epochs, checks);
  }

  ReportedRun withStyle(String classes) {
    return new ReportedRun(name, classes, json, epochs, checks);
  }

  private static JsonNode tree(Path file, Predicate<JsonNode> expected, String what)
      throws IOException {
    try {
      JsonNode tree = JSON.readTree(file.toFile());
      if (expected.test(tree)) {
        return tree;
      }
      throw new IllegalArgumentException("The file %s does not hold %s.".formatted(file, what));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "The file %s is not JSON: line %d is damaged."
              .formatted(file, e.getLocation() == null ? 1 : e.getLocation().getLineNr()),
          e);
    }
  }

  /** Returns a value as text, a dash if it is missing. */
  String text(String pointer) {
    JsonNode value = json.at(pointer);
    return value.isValueNode() && !value.isNull() ? value.asText() : NumberFormats.NOTHING;
  }

  /** Returns a value as number, NaN if it is missing. */
  double number(String pointer) {
    return json.at(pointer).asDouble(Double.NaN);
  }

  /** Returns the program that trained: {@code Java}, or the version of Keras. */
  String program() {
    String project = text("/versions/project");
    return project.startsWith("Keras") || project.equals(NumberFormats.NOTHING) ? project : "Java";
  }

  /** Returns the network, such as {@code WRN-16-2 (paper)}. */
  String model() {
    return "%s (%s)"
        .formatted(
            text("/recipe/network/model").toUpperCase(Locale.ROOT),
            text("/recipe/network/variant"));
  }

  /** Returns whether the {@code val_} columns were measured on a split of the training images. */
  boolean hasValidation() {
    return number("/data/validation") > 0;
  }

  History.Row lastEpoch() {
    return epochs.get(epochs.size() - 1);
  }

  /** Returns the last epoch with an evaluation; the last one where there is none. */
  private History.Row lastEvaluated() {
    return epochs.stream()
        .filter(History.Row::wasEvaluated)
        .reduce((earlier, later) -> later)
        .orElse(lastEpoch());
  }

  /** Returns whether all epochs are done that were planned, or it stopped by itself. */
  boolean isFinished() {
    return text("/state").equals("finished")
        || !(number("/recipe/epochs") > lastEpoch().epoch() + 1);
  }

  /** Returns how many epochs were trained, and of how many where some are left. */
  String epochsDone() {
    String done = Integer.toString(lastEpoch().epoch() + 1);
    return isFinished() ? done : done + " of " + text("/recipe/epochs");
  }

  String seed() {
    return text("/options/seed");
  }

  /** Returns what the table of final figures says of the run, by its columns. */
  Map<String, String> figures() {
    return Map.ofEntries(
        entry("accuracy", NumberFormats.percent(testAccuracy())),
        entry("loss", NumberFormats.loss(testLoss())),
        entry("speed", NumberFormats.speed(imagesPerSecond())),
        entry("time", NumberFormats.duration(result("seconds", elapsed()[epochs.size() - 1]))),
        entry("data", text("/data/name")),
        entry("state", text("/state")));
  }

  double testAccuracy() {
    return result("test_accuracy", hasValidation() ? Double.NaN : lastEvaluated().valAccuracy());
  }

  double testLoss() {
    return result("test_loss", hasValidation() ? Double.NaN : lastEvaluated().valLoss());
  }

  double imagesPerSecond() {
    return result("images_per_second", lastEpoch().imagesPerSecond());
  }

  /** Returns the numbers of the epochs, from 1. */
  double[] epochNumbers() {
    return epochs.stream().mapToDouble(row -> row.epoch() + 1).toArray();
  }

  /** Returns the seconds of training up to the end of each epoch; NaN if they are not known. */
  double[] elapsed() {
    double[] seconds = epochs.stream().mapToDouble(History.Row::seconds).toArray();
    Arrays.parallelPrefix(seconds, Double::sum);
    return seconds;
  }

  /** Returns the headings of the table of epochs. */
  List<String> titles() {
    return Quantity.charted().stream().map(quantity -> title(quantity, List.of(this))).toList();
  }

  /** Returns the rows of the table of epochs. */
  List<EpochRow> rows() {
    double[] elapsed = elapsed();
    return IntStream.range(0, epochs.size())
        .mapToObj(
            i ->
                new EpochRow(
                    epochs.get(i).epoch() + 1,
                    elapsed[i],
                    Quantity.charted().stream()
                        .map(
                            quantity ->
                                new Cell(quantity, NumberFormats.of(quantity, epochs.get(i))))
                        .toList()))
        .toList();
  }

  /** Returns the name of a quantity with its unit. */
  static String title(Quantity quantity, List<ReportedRun> runs) {
    long split = runs.stream().filter(ReportedRun::hasValidation).count();
    String heldOut =
        split == 0 ? "test" : split == runs.size() ? "validation" : "test or validation";
    String title = quantity.title(heldOut);
    return title.substring(0, 1).toUpperCase(Locale.ROOT)
        + title.substring(1)
        + switch (quantity.unit()) {
          case PERCENT -> ", %";
          case IMAGES_PER_SECOND -> ", images/s";
          case NATS, NONE -> "";
        };
  }

  /**
   * Returns the values of {@code run.json} by the paths of their keys, but for those that say how
   * the run went; equal numbers are written equally.
   */
  Map<String, String> settings() {
    Map<String, String> settings = facts(json);
    settings.keySet().removeIf(key -> NO_SETTINGS.contains(key.replaceFirst("[.].*", "")));
    return settings;
  }

  /**
   * Returns the settings that runs with other seeds share: all but the seed, the folder of the data
   * and the file of the initial weights.
   */
  Map<String, String> settingsWithoutSeed() {
    Map<String, String> settings = settings();
    settings.remove("options.seed");
    settings.remove("data.directory");
    settings.computeIfPresent(
        "options.weights", (key, value) -> value.equals("none") ? value : "given");
    return settings;
  }

  /** Returns what a machine says of itself. */
  Map<String, String> machine() {
    return facts(json.path("machine"));
  }

  private static Map<String, String> facts(JsonNode object) {
    Map<String, String> facts = new LinkedHashMap<>();
    FlatJson.of(object).forEach((key, value) -> facts.put(key, text(value)));
    return facts;
  }

  private static String text(JsonNode node) {
    if (node.isContainerNode()) {
      return StreamSupport.stream(node.spliterator(), false)
          .map(ReportedRun::text)
          .collect(Collectors.joining(", "));
    }
    if (node.isNull()) {
      return "none";
    }
    return node.isNumber()
        ? node.decimalValue().stripTrailingZeros().toPlainString()
        : node.asText();
  }

  private double result(String key, double otherwise) {
    return json.at("/result").path(key).asDouble(otherwise);
  }
}
