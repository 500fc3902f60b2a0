package org.wideresnet.train.report.html;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.wideresnet.model.files.AtomicFile;

/**
 * A page about one run, or several side by side: final figures, curves, parity, differences of the
 * settings, machines. It is one HTML file that loads nothing, and well-formed XML. Runs of the
 * Keras twin are taken as those of this project are.
 */
public final class HtmlReport {

  private final List<ReportedRun> runs;

  private HtmlReport(List<ReportedRun> runs) {
    this.runs = runs;
  }

  /**
   * Reads runs.
   *
   * @param directories their directories, each with a {@code run.json} and a {@code history.csv}
   * @throws IllegalArgumentException if there is none, one is given twice, one is no run, or no
   *     epoch of it has ended
   * @throws IOException if a file cannot be read
   */
  public static HtmlReport of(List<Path> directories) throws IOException {
    if (directories.isEmpty()) {
      throw new IllegalArgumentException("There is no run to report; give the directory of one.");
    }
    Set<Path> seen = new HashSet<>();
    Set<String> names = new HashSet<>();
    boolean ambiguous = false;
    for (Path directory : directories) {
      if (!seen.add(directory.toAbsolutePath().normalize())) {
        throw new IllegalArgumentException(
            "The run %s is given twice; name every run once.".formatted(directory));
      }
      ambiguous |= !names.add(shortName(directory));
    }
    List<ReportedRun> runs = new ArrayList<>();
    for (Path directory : directories) {
      runs.add(
          ReportedRun.read(ambiguous ? directory.toString() : shortName(directory), directory));
    }
    return new HtmlReport(List.copyOf(runs));
  }

  private static String shortName(Path directory) {
    Path name = directory.toAbsolutePath().normalize().getFileName();
    return name == null ? directory.toString() : name.toString();
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
    Legend legend = new Legend(RunGroup.of(runs));
    return resource("page.html")
        .formatted(
            Html.escape(title()),
            resource("page.css"),
            Html.escape(title()),
            Html.escape(summary()),
            new FiguresSection(runs, legend).html()
                + new CurvesSection(runs, legend).html()
                + new ParitySection(runs, legend).html()
                + new SettingsSection(runs, legend).html()
                + new MachinesSection(runs).html()
                + new EpochsSection(runs, legend).html(),
            resource("page.js"));
  }

  private String title() {
    return runs.size() == 1 ? runs.get(0).name() : runs.size() + " runs side by side";
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
    return runs.stream().map(fact).collect(Collectors.toCollection(LinkedHashSet::new)).stream()
        .collect(Collectors.joining(" and "));
  }

  private static String resource(String name) {
    try (InputStream stream = HtmlReport.class.getResourceAsStream(name)) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
