package org.wideresnet.train.report.html;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.wideresnet.model.Variant;
import org.wideresnet.train.device.MachineInfo;
import org.wideresnet.train.run.RunConfig;
import org.wideresnet.train.run.RunDirectory;
import org.wideresnet.train.settings.ComputeSettings;
import org.wideresnet.train.settings.Recipe;

/**
 * Writes run directories of this project and of the Keras twin.
 *
 * @param folder where they go
 */
record SampleRuns(Path folder) {

  /** What the runs of this project were trained by. */
  static final Recipe RECIPE =
      Recipe.load("quick")
          .with("network.model", "wrn-16-1")
          .with("network.variant", Variant.PAPER)
          .with("epochs", 3);

  /** Writes a finished run of three epochs. */
  Path java(String name, Recipe recipe, long seed, double testAccuracy) throws IOException {
    RunConfig.Result result = new RunConfig.Result(3, 1170, testAccuracy, 0.6123, 980.4, 250);
    return java(name, recipe, 0, seed, RunConfig.State.FINISHED, result);
  }

  /** Writes a run in any state. */
  Path java(
      String name,
      Recipe recipe,
      int validation,
      long seed,
      RunConfig.State state,
      RunConfig.Result result)
      throws IOException {
    RunDirectory run = RunDirectory.create(folder.resolve(name));
    new RunConfig(
            RunConfig.FORMAT,
            state,
            "2026-11-24T12:00:00Z",
            recipe,
            new RunConfig.Data("cifar10", "/data/cifar-10-batches-bin", "12ab", validation),
            ComputeSettings.DEFAULTS.with("seed", seed),
            new RunConfig.Versions("0.1.0", "2.18.0", "17.0.15"),
            new MachineInfo("A CPU", List.of("avx2", "fma"), 2, 8L << 30, "Linux", "none"),
            result)
        .write(run.runJson());
    Files.writeString(
        run.history(),
        """
        epoch,accuracy,learning_rate,loss,val_accuracy,val_loss,seconds,images_per_second,gradient_norm
        0,0.30,0.09,1.9,0.45,1.5,20,900,1.5
        1,0.55,0.04,1.2,0.62,1.1,20,950,1.5
        2,0.70,1e-6,0.9,0.71,0.8,20,1000,1.5
        """);
    return run.path();
  }

  /** Writes a finished run of three epochs of the Keras twin, which leaves out some keys. */
  Path keras(String name, long seed, double testAccuracy) throws IOException {
    Path run = Files.createDirectories(folder.resolve(name));
    Files.writeString(
        run.resolve("run.json"),
        String.format(
            Locale.ROOT,
            """
            {
              "format": 1, "state": "finished",
              "recipe": {"name": "quick", "network": {"model": "wrn-16-1", "variant": "paper", "dropout": 0.0},
                "optimizer": {"name": "sgd", "momentum": 0.9, "nesterov": true, "weight_decay": 5e-4},
                "learning_rate": 0.1, "epochs": 3, "batch_size": 128.0},
              "data": {"name": "cifar10", "directory": "/data/cifar-10-batches-bin", "mean": [125.3, 123.0]},
              "options": {"seed": %d, "precision": "fp32"},
              "versions": {"project": "Keras 3.15.1", "tensorflow": "2.18.0"},
              "machine": {"cpu": "Another CPU", "cores": 4, "onednn": "1"},
              "result": {"epochs": 3, "test_accuracy": %f, "test_loss": 0.7, "images_per_second": 870.2, "seconds": 290}
            }
            """,
            seed,
            testAccuracy));
    Files.writeString(
        run.resolve("history.csv"),
        """
        epoch,accuracy,learning_rate,loss,val_accuracy,val_loss,seconds,images_per_second
        0,0.31,0.09,1.85,0.44,1.52,23.5,860
        1,0.56,0.04,1.19,0.61,1.12,23.1,871
        2,0.71,1e-06,0.88,0.72,0.79,23.2,880
        """);
    return run;
  }
}
