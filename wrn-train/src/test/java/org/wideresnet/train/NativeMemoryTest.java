package org.wideresnet.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wideresnet.model.Variant;

/** Watches that training frees what it allocates outside the Java heap. */
class NativeMemoryTest {
  private static final int EPOCHS = 14;
  private static final int WARM_EPOCHS = 4;

  @Test
  void residentMemoryDoesNotGrowFromEpochToEpoch(@TempDir Path temp) throws IOException {
    assumeThat(ProcessMemory.residentBytes()).as("the system tells the memory").isPositive();
    Recipe recipe =
        Recipe.load("quick").toBuilder()
            .model("wrn-10-1")
            .variant(Variant.PAPER)
            .epochs(EPOCHS)
            .batchSize(8)
            .build();
    TrainingPlan plan =
        TrainingPlan.of(
            recipe,
            BrightImages.write(temp, 320, 40, 4),
            0,
            TrainingOptions.DEFAULTS.toBuilder().deterministic(true).build());
    List<Long> resident = new ArrayList<>();
    try (TrainingRun run = TrainingRun.create(temp.resolve("run"), plan, temp)) {
      run.train(
          new TrainingListener() {
            @Override
            public void epochDone(History.Row row) {
              System.gc();
              resident.add(ProcessMemory.residentBytes());
            }
          });
    }
    long warm = resident.get(WARM_EPOCHS - 1);
    // 400 steps; an unclosed batch or result of 25 to 400 kB a step would add 10 to 160 MB.
    assertThat(resident.get(EPOCHS - 1) - warm).as("growth in %s", resident).isLessThan(8 << 20);
  }
}
