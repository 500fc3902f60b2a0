package org.wideresnet.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What can be done with a run: evaluate, predict, export. */
class TrainedRunTest {
  @TempDir static Path shared;
  private static Path data;
  private static Path run;
  private static JsonNode trained;

  @TempDir Path temp;

  @BeforeAll
  static void train() throws IOException {
    data = TestData.small(shared);
    run = shared.resolve("run");
    trained =
        json(
            Wrn.run(
                "train",
                "--data",
                data,
                "--recipe",
                "smoke",
                "--validation",
                44,
                "--run-dir",
                run,
                "--json"));
  }

  private static JsonNode json(Wrn wrn) throws IOException {
    assertThat(wrn.out()).hasLineCount(1);
    return new ObjectMapper().readTree(wrn.succeeded().out());
  }

  private Path picture(String name) throws IOException {
    BufferedImage image = new BufferedImage(50, 40, BufferedImage.TYPE_INT_RGB);
    image.createGraphics().fillOval(10, 10, 20, 20);
    Path file = temp.resolve(name);
    ImageIO.write(image, "png", file.toFile());
    return file;
  }

  @Test
  void evaluateGivesTheAccuracyThatTrainingReported() throws IOException {
    Wrn wrn = Wrn.run("evaluate", "--run-dir", run, "--json");
    JsonNode result = json(wrn);
    assertThat(result.fieldNames())
        .toIterable()
        .containsExactly("examples", "accuracy", "top5_accuracy", "nll", "ece");
    assertThat(result.get("examples").asInt()).isEqualTo(100);
    assertThat(result.get("accuracy")).isEqualTo(trained.get("test_accuracy"));
    assertThat(wrn.err()).contains("precision", "checkerboard", "confusion-matrix.png");
    assertThat(run.resolve("confusion-matrix.png")).isRegularFile();
    assertThat(run.resolve("reliability.png")).isRegularFile();
  }

  @Test
  void evaluatingOnOtherDataLeavesTheConfusionMatrixOfTheRunAlone() throws IOException {
    Path own = Files.writeString(run.resolve("confusion-matrix.png"), "the run's");
    Path other = TestData.small(temp, 7);
    String picture = "confusion-matrix-" + other.getFileName() + ".png";
    Wrn wrn = Wrn.run("evaluate", "--run-dir", run, "--data", other).succeeded();
    assertThat(wrn.out()).contains(picture);
    assertThat(run.resolve(picture)).isNotEmptyFile();
    assertThat(own).hasContent("the run's");
  }

  @Test
  void theSavedModelIsAsGoodAsTheRun() throws IOException {
    JsonNode exported =
        json(
            Wrn.run(
                "evaluate", "--saved-model", run.resolve("saved-model"), "--data", data, "--json"));
    assertThat(exported.get("accuracy")).isEqualTo(trained.get("test_accuracy"));
  }

  @Test
  void bestIsTheBestOnTheValidationSplit() {
    Wrn.run("evaluate", "--run-dir", run, "--checkpoint", "best").succeeded();
    Wrn.run("evaluate", "--run-dir", run, "--checkpoint", 5).succeeded();
    Wrn.run("evaluate", "--run-dir", run, "--checkpoint", 7).refused("step 7", "5, 10");
    Wrn.run("evaluate", "--run-dir", run, "--checkpoint", "last").refused("last", "latest, best");
  }

  @Test
  void evaluateTakesModelsThatDoNotNormalise() throws IOException {
    // The training set less the split has all but the same numbers.
    JsonNode result =
        json(
            Wrn.run(
                "evaluate",
                "--saved-model",
                run.resolve("saved-model"),
                "--normalization",
                "channel",
                "--data",
                data,
                "--json"));
    assertThat(result.path("accuracy").asDouble())
        .isCloseTo(trained.path("test_accuracy").asDouble(), within(0.05));
    Wrn.run("evaluate", "--run-dir", run, "--normalization", "none")
        .refused("--normalization is for --saved-model");
  }

  @Test
  void evaluateRefusesDataOfOtherClasses() {
    Path hundred = shared.resolve("hundred");
    Wrn.run("evaluate", "--run-dir", run, "--saved-model", run).refused("--run-dir", "one of them");
    Wrn.run("evaluate", "--run-dir", run, "--data", hundred).refused(hundred.toString());
  }

  @Test
  void predictNamesTheClassesOfAPicture() throws IOException {
    Path picture = picture("a disc.png");
    JsonNode result =
        json(Wrn.run("predict", picture, "--run-dir", run, "--top", 3, "--json"))
            .get("predictions")
            .get(0);
    assertThat(result.get("file").asText()).isEqualTo(picture.toString());
    assertThat(result.get("top")).hasSize(3);
    assertThat(result.get("top").get(0).fieldNames())
        .toIterable()
        .containsExactly("class_id", "label", "probability");
  }

  @Test
  void aBadPictureDoesNotKeepTheOthersFromTheirPrediction() throws IOException {
    Path good = picture("good.png");
    Path bad = Files.writeString(temp.resolve("bad.png"), "no picture");
    Wrn wrn = Wrn.run("predict", bad, good, temp.resolve("none.png"), "--run-dir", run);
    assertThat(wrn.code()).isEqualTo(2);
    assertThat(wrn.out()).contains("good.png", " %").doesNotContain("bad.png");
    assertThat(wrn.err()).contains("bad.png", "none.png").hasLineCount(2);
  }

  @Test
  void aFolderOfPicturesIsToldHowToNameThem() {
    Wrn.run("predict", temp, "--run-dir", run).refused(temp + " is a folder", temp + "/*.png");
  }

  @Test
  void benchInferenceMeasuresTheModelOfTheRun() throws IOException {
    Wrn wrn =
        Wrn.run(
            "bench",
            "inference",
            "--run-dir",
            run,
            "--batch-sizes",
            "1,2",
            "--threads",
            "2",
            "--seconds",
            "0.05",
            "--json");
    JsonNode rows = json(wrn).get("rows");
    assertThat(rows).hasSize(2);
    assertThat(rows.get(1).fieldNames())
        .toIterable()
        .containsExactly(
            "batch_size", "threads", "p50_ms", "p95_ms", "p99_ms", "images_per_second");
    assertThat(rows.get(1).get("batch_size").asInt()).isEqualTo(2);
    assertThat(wrn.err()).hasLineCount(3);
  }

  @Test
  void exportWritesTheNextVersion() throws IOException {
    Path models = temp.resolve("models");
    JsonNode result = json(Wrn.run("export", "--run-dir", run, "--to", models, "--json"));
    assertThat(result.get("dir").asText()).isEqualTo(models.resolve("1").toString());
    assertThat(result.get("version").asInt()).isEqualTo(1);
    assertThat(result.get("max_abs_difference").asDouble()).isLessThan(1e-5);
    assertThat(result.get("fingerprint").asText()).hasSize(64);
    assertThat(result.get("bytes").asLong()).isGreaterThan(100_000);
    Wrn.run("export", "--run-dir", run, "--to", models, "--version", 7, "--keep", 1).succeeded();
    assertThat(models.resolve("7/saved_model.pb")).isRegularFile();
    assertThat(models.resolve("1")).doesNotExist();
    Wrn.run("export", "--run-dir", run, "--to", models, "--version", 7).refused("version 7");
  }

  @Test
  void exportCalibratesOnTheValidationSplit() throws IOException {
    Path models = temp.resolve("models");
    JsonNode result =
        json(Wrn.run("export", "--run-dir", run, "--to", models, "--calibrate", "--json"));
    JsonNode calibration = result.get("calibration");
    assertThat(calibration.get("images").asInt()).isEqualTo(44);
    assertThat(calibration.get("temperature").asDouble()).isPositive();
    assertThat(calibration.get("ece_before").asDouble()).isBetween(0.0, 1.0);
    assertThat(models.resolve("1/assets.extra/MODEL_CARD.md"))
        .content()
        .contains("fitted on 44 validation images", "run `run`", "name: smoke");

    Path other = temp.resolve("other");
    Wrn.run("train", "--data", data, "--recipe", "smoke", "--run-dir", other).succeeded();
    Wrn.run("export", "--run-dir", other, "--to", models, "--calibrate")
        .refused("--calibrate needs a validation split", other.toString(), "--validation N");
    Path another = TestData.small(temp.resolve("data"), 7);
    Wrn.run("export", "--run-dir", run, "--to", models, "--calibrate", "--data", another)
        .refused("is not the one that the run", run.toString());
    assertThat(models.resolve("2")).doesNotExist();
  }

  @Test
  void refusesWhatIsNoRunAndNoModel() {
    Wrn.run("evaluate", "--run-dir", temp).refused(temp.toString(), "run.json");
    Wrn.run("export", "--run-dir", temp, "--to", temp.resolve("m")).refused(temp.toString());
    Wrn.run("predict", "x.png", "--saved-model", temp).refused(temp.toString());
    Wrn.run("predict", "x.png", "--run-dir", run, "--top", 0).refused("--top is 0", "1 or more");
    assertThat(temp).isEmptyDirectory();
  }
}
