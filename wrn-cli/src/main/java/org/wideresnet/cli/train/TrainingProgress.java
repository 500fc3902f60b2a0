package org.wideresnet.cli.train;

import java.lang.management.ManagementFactory;
import java.util.Locale;
import org.wideresnet.cli.terminal.ProgressLine;
import org.wideresnet.cli.terminal.Report;
import org.wideresnet.cli.terminal.Terminal;
import org.wideresnet.train.TrainingListener;
import org.wideresnet.train.TrainingPlan;
import org.wideresnet.train.run.History;

/** Prints a line for each epoch and, on a terminal, keeps one up to date in between. */
public final class TrainingProgress implements TrainingListener, AutoCloseable {
  private final TrainingPlan plan;
  private final Report report;
  private final ProgressLine line;
  private long start = System.nanoTime();
  private long epochStart = start;
  private int steps;
  private int stepsOfEpoch;

  /**
   * Prints nothing yet.
   *
   * @param columns the width of the terminal that standard error goes to; 0 if it is not one
   */
  TrainingProgress(TrainingPlan plan, Report report, int columns) {
    this.plan = plan;
    this.report = report;
    this.line = new ProgressLine(report.err(), columns);
  }

  /** Starts the clock. */
  @Override
  public void trainingStarts(long step) {
    start = System.nanoTime();
    epochStart = start;
  }

  @Override
  public void stepDone(int epoch, int stepsDone, double loss, double accuracy) {
    if (steps == 0) {
      sayWhenItBegan();
    }
    steps++;
    stepsOfEpoch++;
    boolean last = stepsDone == plan.stepsPerEpoch();
    if (!line.isDue() && !(line.isShown() && last)) {
      return;
    }
    long now = System.nanoTime();
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
            Terminal.clock(seconds),
            Terminal.clock(seconds / steps * left),
            stepsOfEpoch * plan.recipe().batchSize() / ((now - epochStart) / 1e9),
            loss,
            100 * accuracy,
            last && plan.isEvaluated(epoch) ? "  evaluating" : "");
    line.draw(stepsDone / (double) plan.stepsPerEpoch(), text);
  }

  /** Loading, building the graph and the first step itself take a while, on a GPU above all. */
  private void sayWhenItBegan() {
    long started = ManagementFactory.getRuntimeMXBean().getStartTime();
    report
        .text()
        .println(
            String.format(
                Locale.ROOT,
                "first step done %.1f s after the start",
                (System.currentTimeMillis() - started) / 1e3));
    report.text().flush();
  }

  @Override
  public void epochDone(History.Row row) {
    close();
    report
        .text()
        .println(
            String.format(
                Locale.ROOT,
                "epoch %d/%d: loss %.4f, accuracy %.2f %%%s, gradient norm %.3g, %.0f img/s, %.0f s, %.1f %% of it waiting for data",
                row.epoch() + 1,
                plan.recipe().epochs(),
                row.loss(),
                100 * row.accuracy(),
                row.wasEvaluated() ? heldOut(row) : "",
                row.gradientNorm(),
                row.imagesPerSecond(),
                row.seconds(),
                100 * row.dataWait()));
    report.text().flush();
    epochStart = System.nanoTime();
    stepsOfEpoch = 0;
  }

  private String heldOut(History.Row row) {
    String images = plan.validation() > 0 ? "validation" : "test";
    return String.format(Locale.ROOT, ", %s accuracy %.2f %%", images, 100 * row.valAccuracy());
  }

  /** Removes the line that is kept up to date. */
  @Override
  public void close() {
    line.close();
  }
}
