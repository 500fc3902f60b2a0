package org.wideresnet.train.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.tensorflow.proto.Event;
import org.tensorflow.proto.Summary;
import org.tensorflow.types.TFloat32;
import org.wideresnet.model.variables.NamedTensors;
import org.wideresnet.train.run.History;

/**
 * The event file of a run, which TensorBoard reads: at its start a summary of the run; after each
 * epoch, at the step that it ended with, the columns of the history as scalars and the weights as
 * histograms.
 */
public final class TensorBoardEvents implements AutoCloseable {
  private static final String PREFIX = "events.out.tfevents.";

  private final EventFile file;
  private final int stepsPerEpoch;

  private TensorBoardEvents(EventFile file, int stepsPerEpoch) {
    this.file = file;
    this.stepsPerEpoch = stepsPerEpoch;
  }

  /** Makes the summary that a file starts with. */
  public interface Start {
    Summary summary() throws IOException;
  }

  /**
   * Opens the event file of a run, without the events of steps that are going to be done again;
   * starts one where there is none.
   *
   * @param run the directory of the run
   * @param step the number of steps that are done
   * @param rows the epochs that are done, for a file that has to be started
   * @param start is asked in the same case
   * @throws IOException if the file cannot be read or written
   */
  public static TensorBoardEvents open(
      Path run, long step, List<History.Row> rows, int stepsPerEpoch, Start start)
      throws IOException {
    List<Path> files;
    try (Stream<Path> entries = Files.list(run)) {
      files =
          entries
              .filter(path -> path.getFileName().toString().startsWith(PREFIX))
              .sorted()
              .toList();
    }
    if (files.isEmpty()) {
      files = List.of(create(run, rows, stepsPerEpoch, start.summary()));
    }
    for (Path path : files.subList(0, files.size() - 1)) {
      try (EventFile earlier = EventFile.open(path)) {
        earlier.cut(step);
      }
    }
    EventFile file = EventFile.open(files.get(files.size() - 1));
    file.cut(step);
    return new TensorBoardEvents(file, stepsPerEpoch);
  }

  private static Path create(Path run, List<History.Row> rows, int stepsPerEpoch, Summary start)
      throws IOException {
    Path unfinished = run.resolve(".events.unfinished");
    Files.deleteIfExists(unfinished);
    try (EventFile file = EventFile.open(unfinished)) {
      file.write(event().setFileVersion("brain.Event:2").build());
      file.write(event().setSummary(start).build());
      for (History.Row row : rows) {
        file.write(event(row, scalars(row), stepsPerEpoch));
      }
      file.sync();
    }
    return Files.move(
        unfinished,
        run.resolve(PREFIX + System.currentTimeMillis() / 1000 + ".wrn"),
        StandardCopyOption.ATOMIC_MOVE);
  }

  /**
   * Adds an epoch. It is on disk when this returns.
   *
   * @param weights the weights that it ended with
   * @throws IOException if the file cannot be written
   */
  public void append(History.Row row, NamedTensors weights) throws IOException {
    Summary.Builder summary = scalars(row);
    for (Map.Entry<String, TFloat32> weight : weights.asMap().entrySet()) {
      summary.addValue(
          Summary.Value.newBuilder()
              .setTag(weight.getKey())
              .setHisto(WeightHistogram.of(weight.getValue())));
    }
    file.write(event(row, summary, stepsPerEpoch));
    file.sync();
  }

  private static Summary.Builder scalars(History.Row row) {
    Summary.Builder summary = Summary.newBuilder();
    for (History.Quantity quantity : History.Quantity.values()) {
      float value = (float) quantity.of(row);
      if (Float.isFinite(value)) {
        summary.addValue(Summary.Value.newBuilder().setTag(quantity.tag()).setSimpleValue(value));
      }
    }
    return summary;
  }

  private static Event event(History.Row row, Summary.Builder summary, int stepsPerEpoch) {
    return event().setStep((row.epoch() + 1L) * stepsPerEpoch).setSummary(summary).build();
  }

  private static Event.Builder event() {
    return Event.newBuilder().setWallTime(System.currentTimeMillis() / 1e3);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
