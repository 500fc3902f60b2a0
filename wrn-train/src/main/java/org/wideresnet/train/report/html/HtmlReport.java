package org.wideresnet.train.report.html;

import com.samskivert.mustache.Escapers;
import com.samskivert.mustache.Mustache;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.wideresnet.model.files.AtomicFile;

/**
 * A page about one run, or several side by side: final figures, curves, parity, differences of the
 * settings, machines. It is one HTML file that loads nothing, and well-formed XML. Runs of the
 * Keras twin are taken as those of this project are.
 */
public final class HtmlReport {

  private static final Pattern NOT_OF_XML =
      Pattern.compile("[^\\t\\n\\r\\x20-\\uD7FF\\uE000-\\uFFFD\\x{10000}-\\x{10FFFF}]");

  private final List<ReportedRun> runs;

  private HtmlReport(List<ReportedRun> runs) {
    this.runs = runs;
  }

  /**
   * Reads runs.
   *
   * @param directories their directories, each with a {@code run.json} and a {@code history.csv}
   * @throws IllegalArgumentException if there is none, one is given twice, one is not a run, or no
   *     epoch of it has ended
   * @throws IOException if a file cannot be read
   */
  public static HtmlReport of(List<Path> directories) throws IOException {
    if (directories.isEmpty()) {
      throw new IllegalArgumentException("There is no run to report; give the directory of one.");
    }
    List<Path> whole = directories.stream().map(run -> run.toAbsolutePath().normalize()).toList();
    long names = whole.stream().map(Path::getFileName).distinct().count();
    List<ReportedRun> runs = new ArrayList<>();
    for (int i = 0; i < directories.size(); i++) {
      Path directory = directories.get(i);
      if (whole.indexOf(whole.get(i)) < i) {
        throw new IllegalArgumentException(
            "The run %s is given twice; name every run once.".formatted(directory));
      }
      Path name = names == whole.size() ? whole.get(i).getFileName() : directory;
      runs.add(ReportedRun.read(String.valueOf(name), directory));
    }
    Map<String, String> styles = RunGroup.styles(RunGroup.of(runs));
    return new HtmlReport(runs.stream().map(run -> run.withStyle(styles.get(run.name()))).toList());
  }

  /**
   * Writes the page, replacing an older one in one step.
   *
   * @throws IllegalArgumentException if the file is a folder
   * @throws IOException if it cannot be written
   */
  public void write(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new IllegalArgumentException(
          "The report cannot be written to %s, which is a folder; name a file, such as %s."
              .formatted(file, file.resolve("report.html")));
    }
    AtomicFile.write(file, html());
  }

  /** Returns the page. */
  public String html() {
    List<RunGroup> finished = RunGroup.of(runs.stream().filter(ReportedRun::isFinished).toList());
    boolean repeated = finished.stream().anyMatch(group -> group.runs().size() > 1);
    List<Figure> figures = Figure.of(runs);
    List<ParityCheck> checks = runs.stream().flatMap(run -> run.checks().stream()).toList();
    List<Comparison> settings = Comparison.ofSettings(runs);
    Comparison machines = Comparison.ofMachines(runs);
    Map<String, Object> page = new HashMap<>();
    page.put("css", resource("page.css"));
    page.put("script", resource("page.js"));
    page.put("title", runs.size() == 1 ? runs.get(0).name() : runs.size() + " runs side by side");
    page.put("summary", summary());
    page.put("runs", runs);
    page.put("several", runs.size() > 1);
    page.put("repeated", repeated);
    page.put("groups", finished.stream().map(group -> group.figures(finished)).toList());
    page.put("difference", RunGroup.difference(finished));
    page.put(
        "unfinished",
        runs.stream()
            .filter(run -> !run.isFinished())
            .map(ReportedRun::name)
            .collect(Collectors.joining(", ")));
    page.put("charts", figures);
    page.put("timed", figures.stream().anyMatch(figure -> figure.across() != Figure.Across.EPOCHS));
    page.put("parity", !checks.isEmpty());
    page.put("count", checks.size());
    page.put("passed", checks.stream().filter(ParityCheck::passes).count());
    page.put("settings", settings);
    page.put("same", runs.size() > 1 && settings.stream().noneMatch(Comparison::isOpen));
    page.put("machines", machines.facts().isEmpty() ? null : machines);
    page.put("machinesTitle", machines.columns().size() > 1 ? "Machines" : "Machine");
    return Mustache.compiler()
        .withLoader(name -> new StringReader(resource(name + ".html").strip()))
        .withEscaper(HtmlReport::escape)
        .withFormatter(HtmlReport::text)
        .emptyStringIsFalse(true)
        .compile(resource("page.html"))
        .execute(page);
  }

  private String summary() {
    return "%s on %s, recipe %s. %s."
        .formatted(
            all(ReportedRun::model),
            all(run -> run.text("/data/name")),
            all(run -> run.text("/recipe/name")),
            all(ReportedRun::program));
  }

  private String all(Function<ReportedRun, String> fact) {
    return runs.stream().map(fact).distinct().collect(Collectors.joining(" and "));
  }

  /** Escapes a text for an element or an attribute; characters that XML lacks are replaced. */
  private static String escape(String text) {
    return Escapers.HTML.escape(NOT_OF_XML.matcher(text).replaceAll("\uFFFD"));
  }

  /** Writes what stands in the page; real numbers are places in a chart, or seconds. */
  private static String text(Object value) {
    return value instanceof Double number
        ? String.format(Locale.ROOT, "%.1f", number).replaceFirst("\\.0$", "")
        : value.toString();
  }

  private static String resource(String name) {
    try (InputStream stream = HtmlReport.class.getResourceAsStream(name)) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
