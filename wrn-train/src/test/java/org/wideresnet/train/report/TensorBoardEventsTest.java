package org.wideresnet.train.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.ndarray.StdArrays;
import org.tensorflow.proto.Event;
import org.tensorflow.proto.Summary;
import org.tensorflow.types.TFloat32;
import org.wideresnet.model.variables.NamedTensors;
import org.wideresnet.train.run.History;
import org.wideresnet.train.run.Rows;

class TensorBoardEventsTest {
  @TempDir Path run;

  @Test
  void writesAPointForEachEpochAtItsLastStep() throws IOException {
    try (TensorBoardEvents events = open(0, List.of(), 390)) {
      append(events, row(0, 0.25));
      append(events, row(1, Double.NaN));
    }
    List<Event> events = read();
    assertThat(events.get(0).getFileVersion()).isEqualTo("brain.Event:2");
    assertThat(events).extracting(Event::getStep).containsExactly(0L, 0L, 390L, 780L);
    assertThat(tags(events.get(1))).containsExactly("start");
    assertThat(tags(events.get(2)))
        .containsExactly(
            "accuracy/held_out",
            "accuracy/train",
            "loss/held_out",
            "loss/train",
            "learning_rate",
            "gradient_norm",
            "images_per_second",
            "data_wait",
            "dense/bias");
    assertThat(events.get(2).getSummary().getValue(0).getSimpleValue()).isEqualTo(0.25f);
    assertThat(events.get(2).getSummary().getValue(8).getHisto().getNum()).isEqualTo(2);
    assertThat(tags(events.get(3))).hasSize(8).doesNotContain("accuracy/held_out");
  }

  @Test
  void aResumedRunHasNoEpochTwice() throws IOException {
    try (TensorBoardEvents events = open(0, List.of(), 10)) {
      append(events, row(0, 0.25));
      append(events, row(1, 0.5));
      append(events, row(2, 0.6));
    }
    List<Event> before = read();
    try (TensorBoardEvents events = open(14, List.of(row(0, 0.25)), 10)) {
      append(events, row(1, 0.5));
    }
    assertThat(read()).extracting(Event::getStep).containsExactly(0L, 0L, 10L, 20L);
    assertThat(read().subList(0, 3)).isEqualTo(before.subList(0, 3));
  }

  @Test
  void aFileThatIsGoneIsStartedWithTheEpochsOfTheHistory() throws IOException {
    Files.createFile(run.resolve(".events.unfinished"));
    open(20, List.of(row(0, 0.25), row(1, 0.5)), 10).close();
    assertThat(read()).extracting(Event::getStep).containsExactly(0L, 0L, 10L, 20L);
    assertThat(run).isDirectoryNotContaining("glob:**/.events*");
  }

  private TensorBoardEvents open(long step, List<History.Row> rows, int stepsPerEpoch)
      throws IOException {
    return TensorBoardEvents.open(
        run,
        step,
        rows,
        stepsPerEpoch,
        () ->
            Summary.newBuilder()
                .addValue(Summary.Value.newBuilder().setTag("start").setSimpleValue(1))
                .build());
  }

  private static void append(TensorBoardEvents events, History.Row row) throws IOException {
    try (NamedTensors weights =
        new NamedTensors(
            Map.of("dense/bias", TFloat32.tensorOf(StdArrays.ndCopyOf(new float[] {1, 2}))))) {
      events.append(row, weights);
    }
  }

  private static History.Row row(int epoch, double valAccuracy) {
    return Rows.of(
        "accuracy,learning_rate,loss,val_accuracy,val_loss,images_per_second,gradient_norm,data_wait",
        epoch + ",0.2,0.1,2.0," + valAccuracy + ",1.9,800,3,0.02");
  }

  private static List<String> tags(Event event) {
    return event.getSummary().getValueList().stream().map(Summary.Value::getTag).toList();
  }

  private List<Event> read() throws IOException {
    return EventRecords.read(EventRecords.file(run));
  }
}
