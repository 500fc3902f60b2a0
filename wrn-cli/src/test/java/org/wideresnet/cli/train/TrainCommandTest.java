package org.wideresnet.cli.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.wideresnet.cli.TestData;
import org.wideresnet.cli.Wrn;
import org.wideresnet.data.generate.GeneratedCifar;
import org.wideresnet.export.load.ModelVersions;
import org.wideresnet.train.device.Devices;
import org.wideresnet.train.run.RunConfig;
import org.wideresnet.train.run.RunDirectory;
import org.wideresnet.train.settings.CheckpointInterval;
import org.wideresnet.train.settings.DeviceChoice;
import org.wideresnet.train.settings.Recipe;

class TrainCommandTest {
  @TempDir static Path shared;
  private static Path data;

  @TempDir Path temp;

  @BeforeAll
  static void drawData() {
    data = TestData.small(shared);
  }

  private Path run() {
    return temp.resolve("run");
  }

  /** Trains with the given options, and the usual ones where they are not among them. */
  private Wrn train(Object... options) {
    List<Object> words = new ArrayList<>(List.of(options));
    words.add(0, "train");
    List<Object> usual = List.of("--data", data, "--recipe", "smoke", "--run-dir", run());
    for (int i = 0; i < usual.size(); i += 2) {
      if (!words.contains(usual.get(i))) {
        words.addAll(usual.subList(i, i + 2));
      }
    }
    return Wrn.run(words.toArray());
  }

  /** Refused, and nothing written. */
  private void refused(Wrn wrn, String... parts) {
    wrn.refused(parts);
    assertThat(temp).isEmptyDirectory();
  }

  @Test
  void leavesARunThatHoldsEverything() throws IOException {
    Wrn wrn = train("--json").succeeded();
    assertThat(wrn.out())
        .startsWith("{\"run_dir\":\"" + run() + "\",\"epochs\":2,\"steps\":10,\"test_accuracy\":")
        .hasLineCount(1);
    assertThat(wrn.err())
        .containsPattern("^(Warning: no GPU is used. )?Computing on ")
        .contains(
            "first step done",
            "epoch 2/2",
            "  test ",
            "evaluate --run-dir " + run(),
            "predict",
            "export");
    assertThat(run())
        .isDirectoryContaining("glob:**/history.csv")
        .isDirectoryContaining("glob:**/curves.png")
        .isDirectoryContaining("glob:**/events.out.tfevents.*");
    assertThat(run().resolve("saved-model/1/saved_model.pb")).isRegularFile();
    RunConfig config = RunConfig.read(new RunDirectory(run()).runJson());
    assertThat(config.state()).isEqualTo(RunConfig.State.FINISHED);
    assertThat(config.recipe().network().model()).contains("wrn-10-1");
    assertThat(config.result().steps()).isEqualTo(10);
    assertThat(config.machine().gpu()).isEqualTo(Devices.ofThisMachine().gpu(DeviceChoice.AUTO));
  }

  @Test
  void anExistingRunIsRefusedAndLeftAsItIs() throws IOException {
    train().succeeded();
    List<String> before = contents(run());
    train("--epochs", 3).refused(run().toString(), "--resume");
    assertThat(contents(run())).isEqualTo(before);
  }

  @Test
  void resumeSaysWhatTheCommandLineWouldChange() {
    train().succeeded();
    train("--resume", "--epochs", 3, "--model", "wrn-16-1")
        .refused("epochs 3 instead of 2", "network.model wrn-16-1 instead of wrn-10-1");
    train("--resume", "--epochs", 3).refused("To train it for longer", "--weights " + run());
    train("--resume", "--seed", 5).refused("seed 5 instead of 1");
    train("--resume", "--xla", "--layout", "nhwc", "--gpu-memory", "all")
        .refused("xla true instead of false", "layout nhwc instead of auto", "gpu_memory all");
  }

  @Test
  void resumingACompleteRunGivesItsResult() {
    String result = train("--json").succeeded().out();
    Wrn again = train("--resume", "--json").succeeded();
    assertThat(again.out()).isEqualTo(result);
    assertThat(again.err()).contains("is complete");
  }

  @Test
  void theExportOfAnOlderCheckpointIsNotTakenForThatOfTheLast() throws IOException {
    train().succeeded();
    Path exports = run().resolve("saved-model");
    ModelVersions.delete(exports);
    Path last = run().resolve("checkpoints/step-000010");
    Path aside = Files.move(last, temp.resolve("aside"));
    predict();
    assertThat(step(exports.resolve("1"))).isEqualTo(5);

    Files.move(aside, last);
    predict();
    assertThat(step(exports.resolve("2"))).isEqualTo(10);

    ModelVersions.delete(exports.resolve("2"));
    train("--resume").succeeded();
    assertThat(step(exports.resolve("2"))).isEqualTo(10);
    train("--resume").succeeded();
    assertThat(exports.resolve("3")).doesNotExist();
  }

  /** Asks the model of the run, which is exported for it where it is not there. */
  private void predict() throws IOException {
    Path picture = temp.resolve("picture.png");
    ImageIO.write(new BufferedImage(32, 32, BufferedImage.TYPE_INT_RGB), "png", picture.toFile());
    Wrn.run("predict", picture, "--run-dir", run()).succeeded();
  }

  private static int step(Path export) throws IOException {
    return new ObjectMapper().readTree(export.resolve("export.json").toFile()).get("step").asInt();
  }

  @Test
  void aDamagedCheckpointIsPassedOverWithAWord() throws IOException {
    train("--checkpoint-every", 2).succeeded();
    assertThat(RunConfig.read(run().resolve("run.json")).options().checkpointEvery())
        .isEqualTo(new CheckpointInterval(2, Duration.ZERO));
    reopen();
    Path checkpoints = run().resolve("checkpoints");
    Path weights = checkpoints.resolve("step-000010/model.data-00000-of-00001");
    byte[] bytes = Files.readAllBytes(weights);
    bytes[bytes.length / 2] ^= 4;
    Files.write(weights, bytes);
    Wrn wrn = train("--resume").succeeded();
    assertThat(wrn.err())
        .contains(
            "A newer checkpoint is damaged and now called "
                + checkpoints.resolve("step-000010.damaged")
                + "; going on from "
                + checkpoints.resolve("step-000008")
                + ".\n");
    assertThat(checkpoints.resolve("step-000010")).isDirectory();
  }

  /** Makes a complete run look like one that was interrupted. */
  private void reopen() throws IOException {
    Path json = run().resolve("run.json");
    Files.writeString(json, Files.readString(json).replace("\"finished\"", "\"interrupted\""));
  }

  @Test
  void resumeRefusesOtherData() throws IOException {
    train().succeeded();
    reopen();
    Path other = Files.createDirectory(temp.resolve("other"));
    try (var files = Files.list(data)) {
      for (Path file : files.toList()) {
        Files.copy(file, other.resolve(file.getFileName()));
      }
    }
    Path test = other.resolve("test_batch.bin");
    byte[] bytes = Files.readAllBytes(test);
    bytes[100]++;
    Files.write(test, bytes);
    train("--resume", "--data", other).refused(run().toString(), "other files");
  }

  @Test
  void repeatsARunFromItsJson() throws IOException {
    train("--seed", 7, "--validation", 40, "--deterministic", "--dropout", 0.1).succeeded();
    Path again = temp.resolve("again");
    Wrn.run("train", "--from", run().resolve("run.json"), "--run-dir", again).succeeded();
    assertThat(losses(again)).isEqualTo(losses(run()));
  }

  /** What a machine computes is the same to the last bit; how long it takes is not. */
  private static List<String> losses(Path run) throws IOException {
    return Files.readAllLines(run.resolve("history.csv")).stream()
        .map(line -> String.join(",", List.of(line.split(",")).subList(0, 6)))
        .toList();
  }

  @ParameterizedTest
  @CsvSource({
    "--model, wrn-17-1, '17', '6n+4'",
    "--model, wrn-16-0, 'widen factor', '1 or more'",
    "--dropout, -0.5, 'dropout', '[0, 1)'",
    "--epochs, 0, 'epochs', '1 or more'",
    "--batch-size, 301, '--batch-size is 301', '300'",
    "--batch-size, 0, 'batch_size', '1 or more'",
    "--steps-per-epoch, 100, '--steps-per-epoch is 100', 'whole batches'",
    "--validation, 300, '--validation is 300', '300'",
    "--augment, mixup, 'mixup', 'flip-crop'",
    "--recipe, quik, 'quik', 'quick'",
    "--recipe, none.yaml, 'none.yaml', 'does not exist'",
    "--device, tpu, 'tpu', 'cpu'",
    "--towers, many, 'many', 'auto'",
    "--towers, 7, '--batch-size is', 'multiple of 7'",
    "--workers, 7, '--batch-size is', 'multiple of 7'",
    "--worker-timeout, 0, '--worker-timeout is 0', '1 or more'",
    "--accumulate, 0, '--accumulate is 0', '1 or more'",
    "--gpu-memory, 8GB, '8GB', '8000'",
    "--layout, nchw, 'nchw', 'NHWC'",
    "--early-stopping, 3, '--early-stopping', '--validation'",
    "--evaluate-every, 0, '--evaluate-every is 0', '1 or more'",
    "--checkpoint-every, 5x, '5x', '10m'",
    "--data, /nowhere, '/nowhere', 'cifar10'",
    "--data-dir, /nowhere, '--data-dir', 'named data set'",
    "--from, /nowhere/run.json, '/nowhere/run.json', 'not a file'",
  })
  void refusesBadOptions(String option, String value, String what, String remedy) {
    refused(train(option, value), what, remedy);
  }

  @Test
  void aSplitBatchIsRememberedAndGoneOnWith() throws IOException {
    train("--towers", "auto", "--accumulate", 2).succeeded();
    RunConfig config = RunConfig.read(new RunDirectory(run()).runJson());
    assertThat(config.options().accumulate()).isEqualTo(2);
    assertThat(config.options().towers())
        .isEqualTo(Devices.ofThisMachine().towers(DeviceChoice.AUTO));
    train("--resume", "--accumulate", 4).refused("accumulate 4 instead of 2");
  }

  @Test
  void refusesAGpuWhereThereIsNone() {
    assumeThat(Devices.ofThisMachine().hasGpu()).as("a GPU is there").isFalse();
    refused(train("--device", "gpu"), "--device is gpu", "--device cpu");
  }

  @Test
  void refusesAnUnknownKeyOfARecipe() throws IOException {
    Path recipe = Files.writeString(shared.resolve("own.yaml"), "learning_rte: 0.1\n");
    refused(train("--recipe", recipe), "own.yaml", "learning_rte", "learning_rate");
  }

  @Test
  void refusesARecipeThatIsNoYaml() throws IOException {
    Path recipe = Files.writeString(shared.resolve("bad.yaml"), "epochs: [1\n");
    refused(train("--recipe", recipe), "bad.yaml", "YAML");
  }

  @Test
  void refusesDataThatIsCutShort() throws IOException {
    Path folder = TestData.small(Files.createDirectories(shared.resolve("short")));
    Path file = folder.resolve("data_batch_3.bin");
    Files.write(file, Arrays.copyOf(Files.readAllBytes(file), 4_000));
    refused(train("--data", folder), file.toString(), "cut short");
  }

  @Test
  void refusesCifar100OfferedAsCifar10() throws IOException {
    Path folder = new GeneratedCifar(100, 0, 100, 100).open(shared).testFiles().get(0).getParent();
    refused(train("--data", "cifar10", "--data-dir", folder), "CIFAR-100", "--data cifar100");
  }

  @Test
  void aFolderOfClassesIsToldOfTheImport() throws IOException {
    Path photos = shared.resolve("photos");
    Files.createDirectories(photos.resolve("cats"));
    Files.createDirectories(photos.resolve("dogs"));
    refused(train("--data", photos), "data import --from " + photos);
  }

  @Test
  void fitsATerminalOf80Columns() {
    System.setProperty("wrn.progressColumns", "80");
    try {
      Wrn wrn = train().succeeded();
      assertThat(wrn.err().split("\r"))
          .anySatisfy(line -> assertThat(line).contains("Reading"))
          .anySatisfy(line -> assertThat(line).contains("exporting the model"))
          .anySatisfy(line -> assertThat(line).contains("━", "epoch 1/2", "evaluating"))
          .allSatisfy(line -> assertThat(line.replace("\033[K", "")).hasSizeLessThan(80));
      assertThat(wrn.out().lines().filter(line -> line.startsWith("epoch ")))
          .hasSize(2)
          .allSatisfy(line -> assertThat(line).hasSizeLessThan(81));
    } finally {
      System.clearProperty("wrn.progressColumns");
    }
  }

  @Test
  void saysWhenAnEpochIsHardlyAny() {
    Wrn wrn =
        train("--recipe", "quick", "--model", "wrn-10-1", "--batch-size", 200, "--epochs", 1)
            .succeeded();
    assertThat(wrn.err()).contains("only 1 step and leaves out 100 of the 300 images");
    train("--recipe", "quick", "--batch-size", 301, "--run-dir", temp.resolve("none"))
        .refused("--batch-size is 301, but there are only 300 images");
  }

  @Test
  void dryRunShowsTheRecipeAndWritesNothing() throws IOException {
    Wrn wrn = train("--dry-run", "--epochs", 3).succeeded();
    assertThat(wrn.out()).contains("epochs: 3", "model: wrn-10-1", "variant: paper");
    assertThat(wrn.err()).contains("3 epochs of 5 steps", "images/s");
    if (System.getProperty("os.name").equals("Linux")) {
      assertThat(wrn.err()).contains("GB of memory");
    }
    Path printed = Files.writeString(shared.resolve("printed.yaml"), wrn.out());
    assertThat(Recipe.load(printed.toString()).epochs()).isEqualTo(3);
    assertThat(temp).isEmptyDirectory();
  }

  private static List<String> contents(Path folder) throws IOException {
    List<String> contents = new ArrayList<>();
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            contents.add(file + " " + attributes.size() + " " + attributes.lastModifiedTime());
            return FileVisitResult.CONTINUE;
          }
        });
    contents.sort(null);
    return contents;
  }
}
