package org.wideresnet.train;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Struct;
import com.google.protobuf.UnknownFieldSet;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.Event;
import org.tensorflow.proto.Summary;
import org.wideresnet.data.files.CifarDataset;
import org.wideresnet.model.Variant;
import org.wideresnet.train.report.EventRecords;
import org.wideresnet.train.run.History;
import org.wideresnet.train.settings.ComputeSettings;
import org.wideresnet.train.settings.Recipe;

class RunReportTest {
  @Test
  void aRunLeavesCurvesAReportAndAnEventFile(@TempDir Path temp) throws IOException {
    CifarDataset data = BrightImages.write(temp, 64, 20, 4);
    Recipe recipe =
        Recipe.load("smoke")
            .with("network.variant", Variant.PAPER)
            .with("epochs", 2)
            .with("batch_size", 16)
            .with("steps_per_epoch", 2);
    TrainingPlan plan = TrainingPlan.of(recipe, data, 0, ComputeSettings.DEFAULTS);
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
    List<Event> events = EventRecords.read(EventRecords.file(directory));
    assertThat(events).extracting(Event::getStep).containsExactly(0L, 0L, 2L, 4L);
    checkStart(events.get(1).getSummary());
    Summary last = events.get(3).getSummary();
    assertThat(last.getValueList().stream().filter(Summary.Value::hasHisto))
        .extracting(Summary.Value::getTag)
        .contains("conv2d/kernel", "batch_normalization/moving_mean", "dense/bias");
  }

  private static void checkStart(Summary start) throws IOException {
    Summary.Value settings = start.getValue(0);
    assertThat(settings.getMetadata().getPluginData().getPluginName()).isEqualTo("hparams");
    UnknownFieldSet content =
        UnknownFieldSet.parseFrom(settings.getMetadata().getPluginData().getContent());
    Struct values = Struct.parseFrom(content.getField(3).getLengthDelimitedList().get(0));
    assertThat(values.getFieldsOrThrow("optimizer.name").getStringValue()).isEqualTo("sgd");
    assertThat(values.getFieldsOrThrow("batch_size").getNumberValue()).isEqualTo(16);
    assertThat(values.getFieldsOrThrow("deterministic").getBoolValue()).isFalse();
    assertThat(values.getFieldsOrThrow("data.name").getStringValue()).isEqualTo("bright");
    Summary.Image sheet = start.getValue(1).getImage();
    BufferedImage image = ImageIO.read(sheet.getEncodedImageString().newInput());
    assertThat(sheet.getWidth()).isEqualTo(image.getWidth()).isGreaterThan(1_000);
    assertThat(sheet.getHeight()).isEqualTo(image.getHeight());
  }
}
