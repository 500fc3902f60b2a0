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
  /** The share of an epoch's time that is worth a line; history.csv has it of every epoch. */
  private static final double MUCH_WAITING = 0.1;

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
    line.say("Computing the first step");
  }

  /** Removes the line until there is something new to show. */
  void clear() {
    line.close();
  }

  /** Shows what is being done before the first step. */
  void say(String what) {
    line.say(what);
  }

  @Override
  public void stepDone(int epoch, int stepsDone, double loss, double accuracy) {
    if (steps == 0) {
      clear();
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
            "epoch %d/%d  %d/%d  %.0f img/s  loss %.3f  %.1f %%  %s",
            epoch + 1,
            plan.recipe().epochs(),
            stepsDone,
            plan.stepsPerEpoch(),
            stepsOfEpoch * plan.recipe().batchSize() / ((now - epochStart) / 1e9),
            loss,
            100 * accuracy,
            last
                ? plan.isEvaluated(epoch) ? "evaluating" : ""
                : Terminal.clock(seconds / steps * left) + " left");
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
    clear();
    report
        .text()
        .println(
            String.format(
                Locale.ROOT,
                "epoch %d/%d  loss %.4f  accuracy %.2f %%%s  %.0f img/s  %s",
                row.epoch() + 1,
                plan.recipe().epochs(),
                row.loss(),
                100 * row.accuracy(),
                row.wasEvaluated() ? heldOut(row) : "",
                row.imagesPerSecond(),
                Terminal.clock(row.seconds())));
    if (row.dataWait() > MUCH_WAITING) {
      report.note(
          String.format(
              Locale.ROOT,
              "%.0f %% of this epoch was spent waiting for data",
              100 * row.dataWait()));
    }
    report.text().flush();
    epochStart = System.nanoTime();
    stepsOfEpoch = 0;
  }

  private String heldOut(History.Row row) {
    String images = plan.validation() > 0 ? "val" : "test";
    return String.format(Locale.ROOT, "  %s %.2f %%", images, 100 * row.valAccuracy());
  }

  @Override
  public void trainingEnds() {
    line.say("Drawing the curves and exporting the model");
  }

  /** Removes the line that is kept up to date. */
  @Override
  public void close() {
    line.close();
  }
}
