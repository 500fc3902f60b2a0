package org.wideresnet.train.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wideresnet.data.CifarDataset;
import org.wideresnet.model.Variant;
import org.wideresnet.train.BrightImages;
import org.wideresnet.train.History;
import org.wideresnet.train.Recipe;
import org.wideresnet.train.TrainingListener;
import org.wideresnet.train.TrainingOptions;
import org.wideresnet.train.TrainingPlan;
import org.wideresnet.train.TrainingRun;

class RunReportTest {
  @Test
  void aRunLeavesCurvesAReportAndAnEventFile(@TempDir Path temp) throws IOException {
    CifarDataset data = BrightImages.write(temp, 64, 20, 4);
    Recipe recipe =
        Recipe.load("smoke").toBuilder()
            .variant(Variant.PAPER)
            .epochs(2)
            .batchSize(16)
            .stepsPerEpoch(2)
            .build();
    TrainingPlan plan = TrainingPlan.of(recipe, data, 0, TrainingOptions.DEFAULTS);
    Path directory = temp.resolve("run");
    List<Integer> heard = new ArrayList<>();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void epochDone(History.Row row) {
            heard.add(row.epoch());
          }
        };
    try (TrainingRun run = TrainingRun.create(directory, plan, temp);
        RunReport report = new RunReport(run)) {
      run.train(TrainingListener.all(listener, report));
    }
    assertThat(heard).containsExactly(0, 1);
    assertThat(ImageIO.read(directory.resolve("curves.png").toFile()).getWidth()).isEqualTo(1200);
    assertThat(directory.resolve("report.html")).content().contains("WRN-10-1 (paper)", "finished");
    assertThat(directory).isDirectoryContaining("glob:**/events.out.tfevents.*");
  }
}
