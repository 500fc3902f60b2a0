package org.wideresnet.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wideresnet.model.Variant;
import org.wideresnet.train.device.ProcessMemory;
import org.wideresnet.train.run.History;
import org.wideresnet.train.settings.ComputeSettings;
import org.wideresnet.train.settings.Recipe;

/** Watches that training frees what it allocates outside the Java heap. */
class NativeMemoryTest {
  private static final int BATCH = 8;

  @TempDir Path temp;
  private final List<Long> resident = new ArrayList<>();

  /** With an evaluation and a checkpoint after each 40 steps. */
  @Test
  void residentMemoryDoesNotGrowFromEpochToEpoch() throws IOException {
    train(
        14,
        40,
        true,
        new TrainingListener() {
          @Override
          public void epochDone(History.Row row) {
            note();
          }
        });
    // 400 steps; an unclosed batch or result of 25 to 400 kB a step would add 10 to 160 MB.
    assertThat(resident.get(13) - resident.get(3)).as("growth in %s", resident).isLessThan(8 << 20);
  }

  @Test
  @Tag("slow")
  void fiveThousandStepsGrowByLessThanAHundredthAfterTheFirstFiveHundred() throws IOException {
    train(
        1,
        5_000,
        false,
        new TrainingListener() {
          @Override
          public void stepDone(int epoch, int steps, double loss, double accuracy) {
            if (steps % 500 == 0) {
              note();
            }
          }
        });
    assertThat(resident.get(9)).as("%s", resident).isLessThan(resident.get(0) * 101 / 100);
  }

  private void train(
      int epochs, int stepsPerEpoch, boolean deterministic, TrainingListener listener)
      throws IOException {
    assumeThat(ProcessMemory.residentBytes()).as("the system tells the memory").isPositive();
    Recipe recipe =
        Recipe.load("quick")
            .with("network.model", "wrn-10-1")
            .with("network.variant", Variant.PAPER)
            .with("epochs", epochs)
            .with("batch_size", BATCH);
    TrainingPlan plan =
        TrainingPlan.of(
            recipe,
            BrightImages.write(temp, BATCH * stepsPerEpoch, 40, 4),
            0,
            ComputeSettings.DEFAULTS.with("deterministic", deterministic));
    try (TrainingRun run = TrainingRun.create(temp.resolve("run"), plan, temp)) {
      run.train(listener);
    }
  }

  private void note() {
    System.gc();
    resident.add(ProcessMemory.residentBytes());
  }
}
