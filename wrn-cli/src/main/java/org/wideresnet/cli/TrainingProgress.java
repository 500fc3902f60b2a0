package org.wideresnet.cli;

import java.io.PrintWriter;
import java.util.Locale;
import org.wideresnet.train.History;
import org.wideresnet.train.TrainingListener;
import org.wideresnet.train.TrainingPlan;

/** Prints a line for each epoch and, on a terminal, keeps one up to date in between. */
final class TrainingProgress implements TrainingListener, AutoCloseable {
  private static final long REDRAW_NANOS = 100_000_000;

  private final TrainingPlan plan;
  private final Report report;
  private final int columns;
  private final long start = System.nanoTime();
  private long epochStart = start;
  private long lastDrawn;
  private int steps;
  private int stepsOfEpoch;

  /**
   * Starts the clock.
   *
   * @param columns the width of the terminal that standard error goes to; 0 if it is none
   */
  TrainingProgress(TrainingPlan plan, Report report, int columns) {
    this.plan = plan;
    this.report = report;
    this.columns = columns;
  }

  @Override
  public void stepDone(int epoch, int stepsDone, double loss, double accuracy) {
    steps++;
    stepsOfEpoch++;
    long now = System.nanoTime();
    boolean last = stepsDone == plan.stepsPerEpoch();
    if (columns == 0 || (now - lastDrawn < REDRAW_NANOS && !last)) {
      return;
    }
    lastDrawn = now;
    long left = (long) (plan.recipe().epochs() - epoch) * plan.stepsPerEpoch() - stepsDone;
    double seconds = (now - start) / 1e9;
    String text =
        String.format(
            Locale.ROOT,
            "epoch %d/%d  step %d/%d  %s, %s left  %.0f img/s  loss %.4f  accuracy %.2f %%%s",
            epoch + 1,
            plan.recipe().epochs(),
            stepsDone,
            plan.stepsPerEpoch(),
            clock(seconds),
            clock(seconds / steps * left),
            stepsOfEpoch * plan.recipe().batchSize() / ((now - epochStart) / 1e9),
            loss,
            100 * accuracy,
            last ? "  evaluating" : "");
    draw(text, stepsDone / (double) plan.stepsPerEpoch());
  }

  @Override
  public void epochDone(History.Row row) {
    close();
    report
        .text()
        .println(
            String.format(
                Locale.ROOT,
                "epoch %d/%d: loss %.4f, accuracy %.2f %%, %s accuracy %.2f %%, %.0f img/s, %.0f s",
                row.epoch() + 1,
                plan.recipe().epochs(),
                row.loss(),
                100 * row.accuracy(),
                plan.validation() > 0 ? "validation" : "test",
                100 * row.valAccuracy(),
                row.imagesPerSecond(),
                row.seconds()));
    report.text().flush();
    epochStart = System.nanoTime();
    stepsOfEpoch = 0;
  }

  /** Removes the line that is kept up to date. */
  @Override
  public void close() {
    if (columns > 0) {
      PrintWriter err = report.err();
      err.print("\r\033[K");
      err.flush();
    }
  }

  /** The text, and before it as much of a bar as there is room for. */
  private void draw(String text, double share) {
    int room = Math.min(30, columns - 1 - text.length() - 2);
    String line = text;
    if (room >= 10) {
      int filled = (int) Math.round(share * room);
      line = "━".repeat(filled) + "─".repeat(room - filled) + "  " + text;
    }
    PrintWriter err = report.err();
    err.print("\r" + line.substring(0, Math.min(line.length(), columns - 1)) + "\033[K");
    err.flush();
  }

  /** Returns a duration as {@code 1:02} or {@code 1:02:03}. */
  static String clock(double seconds) {
    long s = Math.round(seconds);
    return s < 3600
        ? String.format(Locale.ROOT, "%d:%02d", s / 60, s % 60)
        : String.format(Locale.ROOT, "%d:%02d:%02d", s / 3600, s / 60 % 60, s % 60);
  }
}
