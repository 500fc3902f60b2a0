package org.wideresnet.train.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import org.wideresnet.model.NamedTensors;
import org.wideresnet.train.History;
import org.wideresnet.train.RunConfig;
import org.wideresnet.train.TrainingListener;
import org.wideresnet.train.TrainingRun;
import org.wideresnet.train.report.html.HtmlReport;

/**
 * What a person wants to see of a run, kept in its directory: an event file for TensorBoard, which
 * grows with every epoch, and {@code curves.png} and {@code report.html}, drawn when this is
 * closed.
 */
public final class RunReport implements TrainingListener, AutoCloseable {
  private static final String CURVES = "curves.png";
  private static final String REPORT = "report.html";

  private final TrainingRun run;
  private TensorBoardEvents events;

  /** Makes the report of a run; it is to listen to its training. */
  public RunReport(TrainingRun run) {
    this.run = run;
  }

  /**
   * Opens the event file.
   *
   * @throws UncheckedIOException if it cannot be read or written
   */
  @Override
  public void trainingStarts(long step) {
    try {
      events =
          TensorBoardEvents.open(
              run.directory().path(),
              step,
              rows(),
              run.plan().stepsPerEpoch(),
              () -> RunStart.summary(run));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Adds the epoch to the event file.
   *
   * @throws UncheckedIOException if it cannot be written
   */
  @Override
  public void epochMeasured(History.Row row, NamedTensors weights) {
    try {
      events.append(row, weights);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Draws the curves of all epochs that are done.
   *
   * @throws IOException if a file cannot be written
   */
  @Override
  public void close() throws IOException {
    if (events != null) {
      events.close();
    }
    if (!rows().isEmpty()) {
      RunConfig config = run.config();
      String title =
          "%s on %s, recipe %s"
              .formatted(run.plan().network().name(), config.data().name(), config.recipe().name());
      String heldOut = run.plan().validation() > 0 ? "validation" : "test";
      Path directory = run.directory().path();
      new Curves(title, heldOut, rows()).write(directory.resolve(CURVES));
      HtmlReport.of(List.of(directory)).write(directory.resolve(REPORT));
    }
  }

  private List<History.Row> rows() throws IOException {
    return History.open(run.directory().history()).rows();
  }
}
