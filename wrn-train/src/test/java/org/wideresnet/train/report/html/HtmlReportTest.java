package org.wideresnet.train.report.html;

import static org.assertj.core.api.Assertions.assertThat;
import static org.wideresnet.train.report.html.SampleRuns.RECIPE;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wideresnet.train.report.NumberFormats;
import org.wideresnet.train.run.RunConfig;
import org.wideresnet.train.settings.Recipe;

class HtmlReportTest {

  private static final int CHARTS = 14; // seven quantities, over epochs and over time

  @TempDir Path folder;
  private SampleRuns runs;

  @BeforeEach
  void setUp() {
    runs = new SampleRuns(folder);
  }

  @Test
  void showsTheFiguresOfEveryRun() throws IOException {
    Page page = Page.of(runs.java("mine", RECIPE, 7, 0.7135), runs.keras("twin", 8, 0.7241));

    assertThat(page.texts("//h1")).containsExactly("2 runs side by side");
    assertThat(page.row("Final figures", "mine"))
        .containsExactly(
            "71.35",
            "0.6123",
            "980",
            "4 min 10 s",
            "3",
            "7",
            "WRN-16-1 (paper)",
            "cifar10",
            "Java",
            "finished");
    assertThat(page.row("Final figures", "twin"))
        .startsWith("72.41", "0.7000", "870", "4 min 50 s", "3", "8")
        .endsWith("Keras 3.15.1", "finished");
    assertThat(page.row("Machines", "CPU")).containsExactly("A CPU", "Another CPU");
    assertThat(page.row("Machines", "memory")).containsExactly("8.0 GiB", "not recorded");
  }

  @Test
  void drawsEveryQuantityOfEveryRunOverEpochsAndTime() throws IOException {
    Page page = Page.of(runs.java("mine", RECIPE, 7, 0.7), runs.keras("twin", 8, 0.7));

    assertThat(page.texts("//figure[@class='epochs']/figcaption"))
        .containsExactly(
            "Test accuracy, %",
            "Training accuracy, %",
            "Test loss",
            "Training loss",
            "Learning rate",
            "Gradient norm",
            "Speed, images/s");
    assertThat(page.texts("//figure[@class='time']")).hasSize(CHARTS / 2);
    // The twin does not know the norm of its gradient.
    assertThat(page.texts("//figure//polyline")).hasSize(2 * CHARTS - 2);
    assertThat(page.texts("//figure//circle")).hasSize((2 * CHARTS - 2) * 3);
    assertThat(page.texts("//figure/svg[@role='img']/@aria-label"))
        .hasSize(CHARTS)
        .contains("Test accuracy, %, over epochs: mine ends at 71.00; twin ends at 72.00.");
    assertThat(page.texts("//ul[@class='legend']/li")).containsExactly("mine", "twin");
    assertThat(page.texts("//table[@data-run='twin']//tr[@data-epochs='2']/td"))
        .containsExactly(
            "61.00", "56.00", "1.1200", "1.1900", "0.04", NumberFormats.NOTHING, "871");
    assertThat(page.texts("//table[@data-run='twin']//tr[@data-epochs='3']/@data-time"))
        .containsExactly("69.8");
  }

  @Test
  void loadsNothing() throws IOException {
    Page page = Page.of(runs.java("mine", RECIPE, 7, 0.7), runs.keras("twin", 8, 0.7));

    assertThat(page.html()).doesNotContain("http://", "https://", "url(", "@import");
    assertThat(page.texts("//@src | //@href | //link | //img | //iframe")).isEmpty();
    assertThat(page.texts("//meta[@http-equiv='Content-Security-Policy']/@content"))
        .containsExactly(
            "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'");
  }

  @Test
  void highlightsSettingsThatDiffer() throws IOException {
    Recipe other = RECIPE.with("batch_size", 64);
    Page page =
        Page.of(
            runs.java("mine", RECIPE, 7, 0.7),
            runs.java("small", other, 7, 0.7),
            runs.keras("twin", 7, 0.7));

    String section = "Settings that differ";
    assertThat(page.row(section, "recipe.batch_size")).containsExactly("128", "64", "128");
    assertThat(page.row(section, "recipe.optimizer.weight_decay")).containsExactly("0.0005");
    assertThat(page.row(section, "recipe.augment"))
        .containsExactly("flip-crop", "flip-crop", "not recorded");
    assertThat(page.row(section, "data.mean"))
        .containsExactly("not recorded", "not recorded", "125.3, 123");
    assertThat(page.texts("//mark")).containsExactly("64", "Keras 3.15.1");
    assertThat(page.texts("//summary[contains(., 'equal')]")).containsExactly("14 equal settings");
  }

  @Test
  void groupsRunsThatDifferInTheSeedAlone() throws IOException {
    Page page =
        Page.of(
            runs.java("java-1", RECIPE, 1, 0.70),
            runs.java("java-2", RECIPE, 2, 0.71),
            runs.java("java-3", RECIPE, 3, 0.75),
            runs.keras("keras-1", 1, 0.72),
            runs.keras("keras-2", 2, 0.74));

    String section = "Runs with several seeds";
    assertThat(page.row(section, "Java, WRN-16-1 (paper)"))
        .containsExactly("72.00", "2.65", "70.00 – 75.00", "–", "0.6123", "980", "1, 2, 3");
    assertThat(page.row(section, "Keras 3.15.1, WRN-16-1 (paper)"))
        .containsExactly("73.00", "1.41", "72.00 – 74.00", "+1.00", "0.7000", "870", "1, 2");
    assertThat(page.texts("//section[h2='%s']/p".formatted(section)))
        .containsExactly(
            "The two means are 1.00 percentage points apart; "
                + "the 3 runs of Java, WRN-16-1 (paper) lie within 5.00 of each other; "
                + "the 2 runs of Keras 3.15.1, WRN-16-1 (paper) lie within 2.00 of each other.");
    assertThat(page.texts("//table/@data-style"))
        .containsExactly("c1 d1", "c1 d2", "c1 d3", "c2 d1", "c2 d2");
  }

  @Test
  void namesWhatTellsGroupsOfTheSameNetworkApart() throws IOException {
    Recipe other = RECIPE.with("batch_size", 64);
    Page page =
        Page.of(
            runs.java("a", RECIPE, 1, 0.70),
            runs.java("b", RECIPE, 2, 0.71),
            runs.java("c", other, 1, 0.75));

    assertThat(page.row("Runs with several seeds", "Java, WRN-16-1 (paper), batch_size 64"))
        .startsWith("75.00", "–", "75.00 – 75.00", "+4.50");
  }

  @Test
  void aSingleRunHasAPageOfItsOwn() throws IOException {
    Page page = Page.of(runs.java("mine", RECIPE, 7, 0.7));

    assertThat(page.texts("//h1")).containsExactly("mine");
    assertThat(page.texts("//h2"))
        .containsExactly("Final figures", "Curves", "Settings", "Machine", "Every epoch");
    assertThat(page.texts("//mark")).isEmpty();
  }

  @Test
  void aRunThatGoesOnHasTheFiguresOfItsLastEpoch() throws IOException {
    Recipe longer = RECIPE.with("epochs", 5);
    Path running = runs.java("running", longer, 0, 1, RunConfig.State.RUNNING, null);

    assertThat(Page.of(running).row("Final figures", "running"))
        .startsWith("71.00", "0.8000", "1,000", "1 min 0 s", "3 of 5")
        .endsWith("running");
  }

  @Test
  void meansAreThoseOfFinishedRuns() throws IOException {
    Recipe longer = RECIPE.with("epochs", 5);
    Page page =
        Page.of(
            runs.java("java-1", longer, 0, 1, RunConfig.State.RUNNING, null),
            runs.keras("keras-1", 1, 0.72),
            runs.keras("keras-2", 2, 0.74));

    assertThat(page.texts("//section[h2='Runs with several seeds']//tbody/tr/th"))
        .containsExactly("Keras 3.15.1, WRN-16-1 (paper)");
    assertThat(page.texts("//section[h2='Runs with several seeds']/p"))
        .containsExactly("Left out, because they have epochs to go: java-1.");
  }

  @Test
  void aValidationSplitIsNotTakenForTheTestSet() throws IOException {
    Path split = runs.java("split", RECIPE, 500, 1, RunConfig.State.RUNNING, null);
    Path whole = runs.java("whole", RECIPE, 1, 0.7);

    Page page = Page.of(split);
    assertThat(page.row("Final figures", "split")).startsWith("–", "–");
    assertThat(page.texts("//figcaption")).contains("Validation accuracy, %", "Validation loss");
    assertThat(Page.of(split, whole).texts("//figcaption")).contains("Test or validation loss");
  }

  @Test
  void valuesThatAreNoNumbersInterruptACurve() throws IOException {
    Path run = runs.keras("twin", 1, 0.7);
    Files.writeString(
        run.resolve("history.csv"),
        "epoch,loss\n0,2\n1,1.5\n2,nan\n3,inf\n4,1.2\n5,1.1\n6,\n7,1\n");

    Page page = Page.of(run);
    assertThat(page.texts("//figcaption")).containsExactly("Training loss");
    assertThat(page.texts("//figure//polyline")).hasSize(2);
    assertThat(page.texts("//figure//circle")).hasSize(5);
    assertThat(page.texts("//table[@data-run]//td[@data-quantity='TRAINING_LOSS']"))
        .containsExactly("2.0000", "1.5000", "–", "infinite", "1.2000", "1.1000", "–", "1.0000");
  }

  @Test
  void everyKeyMayBeMissing() throws IOException {
    Path run = runs.keras("twin", 1, 0.7);
    Files.writeString(run.resolve("run.json"), "{}");

    assertThat(Page.of(run).row("Final figures", "twin")).startsWith("72.00").endsWith("–", "–");
  }

  @Test
  void anEmptySettingIsRecorded() throws IOException {
    Path run = runs.keras("twin", 1, 0.7);
    Path json = run.resolve("run.json");
    Files.writeString(json, Files.readString(json).replace("\"quick\"", "\"\""));

    assertThat(Page.of(run).row("Settings", "recipe.name")).containsExactly("");
  }

  @Test
  void showsParity() throws IOException {
    Path run = runs.java("mine", RECIPE, 1, 0.7);
    Files.writeString(
        run.resolve("parity.json"),
        """
        [{"check": "logits", "largest_deviation": 3.1e-6, "tolerance": 1e-5},
         {"check": "loss", "largest_deviation": 2e-5, "tolerance": 1e-5}]
        """);

    Page page = Page.of(run);
    assertThat(page.texts("//section[h2='Parity with Keras']/p"))
        .containsExactly("1 of 2 checks are within their tolerance.");
    assertThat(page.row("Parity with Keras", "logits"))
        .containsExactly("3.1e-06", "1.0e-05", "within", "mine");
    assertThat(page.row("Parity with Keras", "loss"))
        .containsExactly("2.0e-05", "1.0e-05", "not within", "mine");
    assertThat(page.texts("//mark")).containsExactly("not within");
  }

  @Test
  void hostileNamesStayText() throws IOException {
    String name = "<script>alert(1)<\"'&";
    Path run = runs.keras(name, 1, 0.7);
    Path json = run.resolve("run.json");
    Files.writeString(
        json, Files.readString(json).replace("Another CPU", "]]><img src=x onerror=y>\\u0001"));

    Page page = Page.of(run, runs.java("mine", RECIPE, 1, 0.7));
    assertThat(page.texts("//img")).isEmpty();
    assertThat(page.texts("//script")).hasSize(1);
    assertThat(page.row("Final figures", "mine")).isNotEmpty();
    assertThat(page.texts("//ul[@class='legend']/li")).containsExactly(name, "mine");
    assertThat(page.row("Machines", "CPU")).contains("]]><img src=x onerror=y>\uFFFD");
  }

  @Test
  void runsOfTheSameNameAreNamedByTheirPaths() throws IOException {
    Path one = runs.java("a/run", RECIPE, 1, 0.7);
    Path other = runs.java("b/run", RECIPE, 2, 0.7);

    assertThat(Page.of(one, other).texts("//ul[@class='legend']/li"))
        .containsExactly(one.toString(), other.toString());
  }

  @Test
  void isWrittenInOneStep() throws IOException {
    Path file = folder.resolve("new/report.html");
    HtmlReport report = HtmlReport.of(List.of(runs.java("mine", RECIPE, 1, 0.7)));

    report.write(file);
    report.write(file);
    assertThat(file).hasContent(report.html());
    try (Stream<Path> files = Files.list(file.getParent())) {
      assertThat(files).containsExactly(file);
    }
  }
}
