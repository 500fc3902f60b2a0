package org.wideresnet.train.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wideresnet.model.Precision;
import org.wideresnet.model.Variant;
import org.wideresnet.train.BrightImages;
import org.wideresnet.train.TrainingListener;
import org.wideresnet.train.TrainingPlan;
import org.wideresnet.train.TrainingRun;
import org.wideresnet.train.device.Kernels;
import org.wideresnet.train.settings.ComputeSettings;
import org.wideresnet.train.settings.Recipe;

class PrecisionTest {
  @TempDir Path temp;

  @Test
  void bfloat16FollowsFloat32() throws IOException {
    assumeThat(Kernels.ofThisMachine().bfloat16())
        .as("the CPU has instructions for bfloat16")
        .isTrue();
    followsFloat32(Precision.BF16, 30);
  }

  @Tag("slow") // a CPU is slow in float16
  @Test
  void float16FollowsFloat32() throws IOException {
    followsFloat32(Precision.FP16, 10);
  }

  private void followsFloat32(Precision precision, int steps) throws IOException {
    List<Double> fp32 = losses(Precision.FP32, steps);
    List<Double> losses = losses(precision, steps);
    assertThat(losses).isNotEqualTo(fp32);
    for (int step = 0; step < steps; step++) {
      assertThat(losses.get(step))
          .as("mean loss of the first %d steps", step + 1)
          .isCloseTo(fp32.get(step), within(0.01 * fp32.get(step)));
    }
  }

  private List<Double> losses(Precision precision, int steps) throws IOException {
    Recipe recipe =
        Recipe.load("quick")
            .with("network.model", "wrn-10-1")
            .with("network.variant", Variant.PAPER)
            .with("epochs", 1)
            .with("batch_size", 16);
    TrainingPlan plan =
        TrainingPlan.of(
            recipe,
            BrightImages.write(temp, 16 * steps, 20, 4),
            0,
            ComputeSettings.DEFAULTS.with("precision", precision));
    List<Double> losses = new ArrayList<>();
    try (TrainingRun run = TrainingRun.create(temp.resolve(precision.name()), plan, temp)) {
      run.train(
          new TrainingListener() {
            @Override
            public void stepDone(int epoch, int done, double loss, double accuracy) {
              losses.add(loss);
            }
          });
    }
    return losses;
  }
}
