package org.wideresnet.cli.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.wideresnet.cli.TestData;
import org.wideresnet.cli.Wrn;

class WeightsCommandTest {
  @TempDir static Path shared;
  private static Path data;
  private static Path run;
  private static JsonNode accuracy;

  @TempDir Path temp;

  @BeforeAll
  static void train() throws IOException {
    data = TestData.small(shared);
    run = shared.resolve("run");
    Wrn.run("train", "--data", data, "--recipe", "smoke", "--run-dir", run).succeeded();
    accuracy = evaluate(run);
  }

  private static JsonNode evaluate(Path run) throws IOException {
    Wrn wrn = Wrn.run("evaluate", "--run-dir", run, "--json").succeeded();
    return new ObjectMapper().readTree(wrn.out());
  }

  private static Wrn importRun(Path from, Path to, String variant, Object... more) {
    List<Object> words = new ArrayList<>(List.of("weights", "import", "--from", from));
    words.addAll(List.of("--model", "wrn-10-1", "--variant", variant, "--data", data));
    words.addAll(List.of("--run-dir", to));
    words.addAll(List.of(more));
    return Wrn.run(words.toArray());
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.weights.h5", "a.keras", "a.h5", "a.safetensors"})
  void whatIsExportedAndImportedIsTheSameNetwork(String name) throws IOException {
    Path file = temp.resolve(name);
    Wrn exported = Wrn.run("weights", "export", "--run-dir", run, "--to", file, "--json");
    assertThat(exported.succeeded().out())
        .isEqualToIgnoringNewLines(
            "{\"file\":\"%s\",\"model\":\"WRN-10-1\",\"classes\":10,\"step\":10}".formatted(file));
    Path copy = temp.resolve("copy");
    Wrn imported = importRun(file, copy, "paper", "--json").succeeded();
    assertThat(imported.out())
        .isEqualToIgnoringNewLines(
            "{\"run_dir\":\"%s\",\"model\":\"WRN-10-1\",\"classes\":10}".formatted(copy));
    assertThat(evaluate(copy)).isEqualTo(accuracy);
  }

  @Test
  void anImportedRunIsExportedAndTrainedOn() {
    Path copy = temp.resolve("copy");
    importRun(run.resolve("checkpoints/step-000010"), copy, "paper").succeeded();
    Wrn.run("export", "--run-dir", copy, "--to", temp.resolve("models")).succeeded();
    assertThat(temp.resolve("models/1/saved_model.pb")).isRegularFile();
    assertThat(Wrn.run("runs", temp).succeeded().out()).contains("WRN-10-1", "interrupted");
    Path more = temp.resolve("more");
    Wrn.run(
            "train",
            "--data",
            data,
            "--recipe",
            "smoke",
            "--run-dir",
            more,
            "--epochs",
            1,
            "--weights",
            copy.resolve("checkpoints/step-000000"))
        .succeeded();
    Wrn.run("train", "--resume", "--run-dir", more, "--weights", run)
        .refused("weights " + run + " instead of " + copy.resolve("checkpoints/step-000000"));
  }

  @Test
  void trainingStartsFromAFileOfPyTorch() {
    Path file = temp.resolve("a.safetensors");
    Wrn.run("weights", "export", "--run-dir", run, "--to", file).succeeded();
    Path more = temp.resolve("more");
    List<Object> train = new ArrayList<>(List.of("train", "--data", data, "--recipe", "smoke"));
    train.addAll(List.of("--run-dir", more, "--weights", file));
    Wrn.run(train.toArray()).succeeded();
    train.set(6, temp.resolve("other"));
    train.addAll(List.of("--model", "wrn-10-2"));
    Wrn.run(train.toArray())
        .refused(
            file + " does not fit WRN-10-2 (paper), 10 classes: its block1.layer.0.conv1.weight")
        .refused("it holds WRN-10-1 (paper), 10 classes.");
    importRun(file, temp.resolve("other"), "keras").refused("the paper's with symmetric padding");
    Wrn.run("weights", "export", "--run-dir", more, "--to", temp.resolve("a.pth"))
        .refused("a.pth should end in .weights.h5, .keras, .h5 or .safetensors.");
    assertThat(temp.toFile().list()).containsExactlyInAnyOrder("a.safetensors", "more");
  }

  @Test
  void anImportNeedsADataSetOnlyWhereSomethingIsTakenFromIt() throws IOException {
    Path file = temp.resolve("a.safetensors");
    Wrn.run("weights", "export", "--run-dir", run, "--to", file).succeeded();
    Path copy = temp.resolve("copy");
    importWithoutData(file, copy).succeeded();
    JsonNode model = json(copy.resolve("checkpoints/step-000000/model.json"));
    assertThat(model.at("/normalization/mean").toString()).isEqualTo("[125.3,123.0,113.9]");
    assertThat(model.at("/class_names/0").asText()).isEqualTo("airplane");
    assertThat(Wrn.run("runs", temp).succeeded().out()).contains("cifar10", "interrupted");
    Wrn.run("export", "--run-dir", copy, "--to", temp.resolve("models")).succeeded();
    Wrn.run("evaluate", "--run-dir", copy, "--data", data)
        .refused("Class 0 of the network is 'airplane'");
    Wrn.run("train", "--resume", "--run-dir", copy, "--data", data)
        .refused("The weights of the run " + copy, "normalised by other numbers");

    Path plain = temp.resolve("plain");
    importWithoutData(file, plain, "--normalization", "none").succeeded();
    assertThat(json(plain.resolve("checkpoints/step-000000/model.json")).at("/normalization/kind"))
        .hasToString("\"NONE\"");
    importWithoutData(file, temp.resolve("b"), "--normalization", "none", "--classes", 7)
        .refused("A data set is needed for the names of 7 classes; --data should name it.");
    importWithoutData(file, temp.resolve("b"), "--data-dir", temp.resolve("nowhere"))
        .refused("nowhere does not exist");
    assertThat(temp.resolve("b")).doesNotExist();
  }

  private static Wrn importWithoutData(Path from, Path to, Object... more) {
    List<Object> words = new ArrayList<>(List.of("weights", "import", "--from", from));
    words.addAll(List.of("--model", "wrn-10-1", "--run-dir", to));
    words.addAll(List.of(more));
    return Wrn.run(words.toArray());
  }

  private static JsonNode json(Path file) throws IOException {
    return new ObjectMapper().readTree(file.toFile());
  }

  @Test
  void refusesAnotherNetworkAndWritesNothing() throws IOException {
    Path file = temp.resolve("a.h5");
    Wrn.run("weights", "export", "--run-dir", run, "--to", file).succeeded();
    Path copy = temp.resolve("copy");
    importRun(file, copy, "keras")
        .refused("does not fit WRN-10-1 (keras), 10 classes", "it holds WRN-10-1 (paper), 10");
    importRun(file, copy, "paper", "--classes", 20).refused("--classes is 20", "has 10 classes");
    importRun(temp.resolve("none.h5"), copy, "paper").refused("none.h5", ".weights.h5");
    Wrn.run("weights", "export", "--run-dir", run, "--to", temp.resolve("a.npz"))
        .refused("a.npz", ".weights.h5");
    Wrn.run(
            "train",
            "--data",
            data,
            "--recipe",
            "smoke",
            "--run-dir",
            copy,
            "--model",
            "wrn-16-1",
            "--weights",
            file)
        .refused("does not fit WRN-16-1 (paper), 10 classes");
    assertThat(temp.toFile().list()).containsExactly("a.h5");
  }
}
