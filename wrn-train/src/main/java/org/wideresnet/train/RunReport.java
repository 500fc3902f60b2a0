package org.wideresnet.train;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import org.wideresnet.model.variables.NamedTensors;
import org.wideresnet.train.report.Curves;
import org.wideresnet.train.report.TensorBoardEvents;
import org.wideresnet.train.report.html.HtmlReport;
import org.wideresnet.train.run.History;
import org.wideresnet.train.run.RunConfig;
import org.wideresnet.train.run.RunDirectory;

/**
 * What a person wants to see of a run, kept in its directory: an event file for TensorBoard, which
 * grows with every epoch, and {@code curves.png} and {@code report.html}, drawn when this is
 * closed.
 */
public final class RunReport implements TrainingListener, AutoCloseable {
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
              History.open(run.directory().history()).rows(),
              run.plan().stepsPerEpoch(),
              () -> StartSummary.summary(run));
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
    draw(run.directory());
  }

  /**
   * Draws {@code curves.png} and {@code report.html} of a run, if an epoch of it is done.
   *
   * @throws IOException if a file cannot be read or written
   */
  public static void draw(RunDirectory run) throws IOException {
    List<History.Row> rows = History.open(run.history()).rows();
    if (rows.isEmpty()) {
      return;
    }
    RunConfig config = RunConfig.read(run.runJson());
    String title =
        "%s on %s, recipe %s"
            .formatted(
                config.recipe().network().model().orElseThrow().toUpperCase(Locale.ROOT),
                config.data().name(),
                config.recipe().name());
    String heldOut = config.data().validation() > 0 ? "validation" : "test";
    new Curves(title, heldOut, rows).write(run.path().resolve("curves.png"));
    HtmlReport.of(List.of(run.path())).write(run.path().resolve("report.html"));
  }
}
