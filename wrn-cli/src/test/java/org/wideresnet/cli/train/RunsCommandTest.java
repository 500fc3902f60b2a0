package org.wideresnet.cli.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wideresnet.cli.Wrn;
import org.wideresnet.model.Variant;
import org.wideresnet.train.device.MachineInfo;
import org.wideresnet.train.run.RunConfig;
import org.wideresnet.train.run.RunDirectory;
import org.wideresnet.train.run.RunLock;
import org.wideresnet.train.settings.ComputeSettings;
import org.wideresnet.train.settings.Recipe;

class RunsCommandTest {
  @TempDir Path runs;

  private RunDirectory run(String name, RunConfig.State state, RunConfig.Result result)
      throws IOException {
    RunDirectory run = RunDirectory.create(runs.resolve(name));
    new RunConfig(
            RunConfig.FORMAT,
            state,
            "2026-11-24T12:00:00Z",
            Recipe.load("quick")
                .with("network.model", "wrn-16-1")
                .with("network.variant", Variant.PAPER)
                .with("epochs", 5),
            new RunConfig.Data("cifar10", "/data", "abc", 0),
            ComputeSettings.DEFAULTS,
            new RunConfig.Versions("0", "2.18.0", "17"),
            MachineInfo.detect("none"),
            result)
        .write(run.runJson());
    Files.writeString(run.history(), "epoch,val_accuracy\n0,0.5\n");
    return run;
  }

  @Test
  void listsWhatEachRunCameTo() throws IOException {
    run("done", RunConfig.State.FINISHED, new RunConfig.Result(5, 100, 0.7871, 0.6, 400, 60));
    run("killed", RunConfig.State.RUNNING, null);
    Wrn wrn = Wrn.run("runs", runs, "--json").succeeded();
    assertThat(wrn.out())
        .contains(
            "\"model\":\"WRN-16-1\",\"data\":\"cifar10\",\"epochs\":1,\"epochs_planned\":5,"
                + "\"accuracy\":0.7871,\"state\":\"finished\"")
        .contains("\"accuracy\":0.5,\"state\":\"stopped\"");
    assertThat(wrn.err()).contains("78.71 %", "50.00 %", "1/5");
  }

  @Test
  void aNarrowTerminalDoesWithoutWhatNamesSay() throws IOException {
    run("cifar10-wrn-16-1-20261124-120000", RunConfig.State.INTERRUPTED, null);
    assertThat(Wrn.run("runs", runs).succeeded().out()).contains("model", "WRN-16-1");
    System.setProperty("wrn.columns", "80");
    try {
      assertThat(Wrn.run("runs", runs).succeeded().out())
          .contains("1/5", "50.00 %", "interrupted")
          .doesNotContain("model", "WRN-16-1");
    } finally {
      System.clearProperty("wrn.columns");
    }
  }

  @Test
  void aRunWhoseLockIsHeldIsRunning() throws IOException {
    try (RunLock lock = run("now", RunConfig.State.RUNNING, null).lock()) {
      assertThat(lock).isNotNull();
      assertThat(Wrn.run("runs", runs).succeeded().out()).contains("running");
    }
  }

  /** A folder that can only be read, of another user or on a mounted disk, is listed as well. */
  @Test
  void listingWritesNothing() throws IOException {
    RunDirectory killed = run("killed", RunConfig.State.RUNNING, null);
    assertThat(Wrn.run("runs", runs).succeeded().out()).contains("stopped");
    assertThat(killed.path().resolve(".lock")).doesNotExist();

    killed.lock().close();
    Files.writeString(killed.path().resolve(".lock"), "the process that was killed");
    assertThat(Wrn.run("runs", runs).succeeded().out()).contains("stopped");
    assertThat(killed.path().resolve(".lock")).hasContent("the process that was killed");
  }

  @Test
  void aDamagedRunDoesNotHideTheOthers() throws IOException {
    run("good", RunConfig.State.INTERRUPTED, null);
    Path bad = run("bad", RunConfig.State.FINISHED, null).runJson();
    Files.writeString(bad, "{");
    Wrn wrn = Wrn.run("runs", runs);
    assertThat(wrn.out()).contains("good", "interrupted");
    assertThat(wrn.err()).contains(bad.toString());
    assertThat(wrn.code()).isEqualTo(2);
  }

  @Test
  void saysHowToMakeARunWhereThereIsNone() {
    Wrn wrn = Wrn.run("runs", runs.resolve("none")).succeeded();
    assertThat(wrn.out()).contains("There is no run in", "wrn train");
  }
}
