package org.wideresnet.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.wideresnet.cli.options.ShippedNetwork;
import org.wideresnet.data.files.OfficialCifar;

/** What can be done without a run, by the trained network in {@code models}. */
class ShippedNetworkTest {
  private static final Path FOLDER = Path.of("../models/wrn-16-2-cifar10");
  private static final Path STAR = Path.of("../docs/serving/star.png");
  private static final String SAYS_SO = "the one that comes with this program answers: WRN-16-2";

  @TempDir Path temp;

  @BeforeEach
  void isThere() {
    assumeThat(FOLDER).as("the trained network").exists();
  }

  private static JsonNode json(String text) throws IOException {
    return new ObjectMapper().readTree(text);
  }

  @Test
  void predictNeedsNoRun() throws IOException {
    Wrn wrn = Wrn.run("predict", STAR, "--json").succeeded();
    assertThat(wrn.err()).contains(SAYS_SO, "trained on cifar10", " %");
    JsonNode top = json(wrn.out()).at("/predictions/0/top");
    assertThat(top).hasSize(5);
    assertThat(OfficialCifar.classNames(10).orElseThrow())
        .contains(top.get(0).get("label").asText());
  }

  @Test
  void aRunGoesFirst() throws IOException, InterruptedException {
    assertThat(predictIn(temp)).contains(SAYS_SO);
    Path run = Files.createDirectories(temp.resolve("runs/first"));
    Files.writeString(run.resolve("run.json"), "{}");
    assertThat(predictIn(temp)).contains("runs/first").doesNotContain(SAYS_SO);
  }

  private static String predictIn(Path folder) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-D" + ShippedNetwork.MODELS + "=" + FOLDER.getParent().toRealPath(),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "predict",
                STAR.toRealPath().toString())
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return output;
  }

  /** One image of 10,000 may be called otherwise on another processor. */
  @Test
  void isAsGoodAsItSays() throws IOException {
    assumeThat(System.getenv("WRN_DATA_DIR")).as("WRN_DATA_DIR, with CIFAR-10").isNotNull();
    JsonNode said = json(Files.readString(FOLDER.resolve("evaluation.json")));
    JsonNode export = json(Files.readString(FOLDER.resolve("1/export.json")));
    JsonNode measured = json(Wrn.run("evaluate", "--json").succeeded().out());
    assertThat(measured.get("examples").asInt()).isEqualTo(10_000);
    for (String figure : new String[] {"accuracy", "top5_accuracy"}) {
      assertThat(measured.get(figure).asDouble())
          .as(figure)
          .isCloseTo(said.get(figure).asDouble(), within(1.01e-4));
    }
    assertThat(measured.get("accuracy").asDouble())
        .isGreaterThanOrEqualTo(0.92)
        .isCloseTo(export.get("test_accuracy").asDouble(), within(1.01e-4));
  }

  @ParameterizedTest
  @ValueSource(strings = {".weights.h5", ".safetensors"})
  void trainingStartsFromIt(String format) {
    Path weights = FOLDER.resolve(FOLDER.getFileName() + format);
    Wrn.run(
            "train",
            "--data",
            TestData.small(temp),
            "--recipe",
            "smoke",
            "--model",
            "wrn-16-2",
            "--weights",
            weights,
            "--steps-per-epoch",
            1,
            "--epochs",
            1,
            "--run-dir",
            temp.resolve("run"))
        .succeeded();
  }
}
