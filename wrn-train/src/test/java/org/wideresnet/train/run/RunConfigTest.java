package org.wideresnet.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wideresnet.model.Variant;
import org.wideresnet.train.device.MachineInfo;
import org.wideresnet.train.settings.ComputeSettings;
import org.wideresnet.train.settings.DeviceChoice;
import org.wideresnet.train.settings.Recipe;

class RunConfigTest {

  private static final RunConfig CONFIG =
      new RunConfig(
          RunConfig.FORMAT,
          RunConfig.State.RUNNING,
          "2026-11-24T12:00:00Z",
          Recipe.load("quick")
              .with("network.model", "wrn-16-1")
              .with("network.variant", Variant.PAPER),
          new RunConfig.Data("cifar10", "/data/cifar-10-batches-bin", "sha256:12ab", 0),
          ComputeSettings.DEFAULTS
              .with("seed", 7)
              .with("deterministic", true)
              .with("device", new DeviceChoice("cpu")),
          new RunConfig.Versions("0.1.0", "2.18.0", "17.0.15"),
          new MachineInfo("A CPU", List.of("avx2", "fma"), 2, 8_000_000_000L, "Linux", "none"),
          null);

  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void nameFile() {
    file = folder.resolve("run.json");
  }

  @Test
  void aRunIsWrittenInSnakeCase() throws IOException {
    CONFIG.write(file);

    assertThat(file)
        .hasContent(
            """
            {
              "format" : 1,
              "state" : "running",
              "started" : "2026-11-24T12:00:00Z",
              "recipe" : {
                "name" : "quick",
                "network" : {
                  "model" : "wrn-16-1",
                  "variant" : "paper"
                },
                "optimizer" : {
                  "name" : "sgd",
                  "momentum" : 0.9,
                  "nesterov" : true,
                  "weight_decay" : 0.0005,
                  "decay_kernels_only" : false,
                  "clear_momentum_on_drop" : false
                },
                "learning_rate" : 0.1,
                "schedule" : {
                  "name" : "cosine",
                  "final_factor" : 0,
                  "warmup_epochs" : 0
                },
                "epochs" : 5,
                "batch_size" : 128,
                "augment" : "flip-crop",
                "normalization" : "channel",
                "label_smoothing" : 0,
                "ema_decay" : 0
              },
              "data" : {
                "name" : "cifar10",
                "directory" : "/data/cifar-10-batches-bin",
                "checksum" : "sha256:12ab",
                "validation" : 0
              },
              "options" : {
                "seed" : 7,
                "deterministic" : true,
                "precision" : "fp32",
                "convolutions" : "direct",
                "device" : "cpu",
                "towers" : 1,
                "accumulate" : 1,
                "workers" : 1,
                "tf32" : "on",
                "xla" : false,
                "gpu_memory" : "grow",
                "layout" : "auto",
                "evaluate_every" : 1,
                "checkpoint_every" : "epoch",
                "weights" : null
              },
              "versions" : {
                "project" : "0.1.0",
                "tensorflow" : "2.18.0",
                "java" : "17.0.15"
              },
              "machine" : {
                "cpu" : "A CPU",
                "instruction_sets" : [ "avx2", "fma" ],
                "cores" : 2,
                "memory_bytes" : 8000000000,
                "os" : "Linux",
                "gpu" : "none"
              },
              "result" : null
            }
            """);
    assertThat(RunConfig.read(file)).isEqualTo(CONFIG);
  }

  @Test
  void aFinishedRunHasItsFigures() throws IOException {
    RunConfig.Result result = new RunConfig.Result(5, 1950, 0.787, 0.61, 225.5, 1200);
    RunConfig finished = CONFIG.with(RunConfig.State.FINISHED, result);
    finished.write(file);

    assertThat(RunConfig.read(file)).isEqualTo(finished);
    assertThat(Files.readString(file))
        .contains("\"state\" : \"finished\"", "\"test_accuracy\" : 0.787");
    assertThat(finished.with(RunConfig.State.INTERRUPTED).result()).isEqualTo(result);
  }

  @Test
  void aRunMustSayWhatItTrains() {
    assertThatThrownBy(
            () ->
                new RunConfig(
                    RunConfig.FORMAT,
                    RunConfig.State.RUNNING,
                    CONFIG.started(),
                    Recipe.load("quick"),
                    CONFIG.data(),
                    CONFIG.options(),
                    CONFIG.versions(),
                    CONFIG.machine(),
                    null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("The recipe of a run must name the model and the variant.");
  }

  @Test
  void anotherFormatIsRefused() throws IOException {
    Files.writeString(file, "{\"format\": 2}");

    assertRefused("The file " + file + " has the format 2; this version reads format 1.");
  }

  @Test
  void aFileThatIsNoRunIsRefused() throws IOException {
    Files.writeString(file, "{\"format\": 1, \"state\": \"running\"}");
    assertRefused("The file " + file + " does not describe a run: the key 'started' is missing.");

    CONFIG.write(file);
    Files.writeString(file, Files.readString(file).replace("batch_size", "batchsize"));
    assertRefused(
        "The file "
            + file
            + " does not describe a run: unknown key 'recipe.batchsize'; did you mean 'batch_size'?");

    Files.writeString(file, "format: 1");
    assertRefused("The file " + file + " does not describe a run: Unrecognized token 'format'");
  }

  private void assertRefused(String message) {
    assertThatThrownBy(() -> RunConfig.read(file))
        .isInstanceOf(IllegalArgumentException.class)
        .message()
        .startsWith(message)
        .hasLineCount(1);
  }
}
