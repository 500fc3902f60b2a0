package org.wideresnet.train.run;

import java.io.IOException;
import java.util.Locale;

/**
 * What a run came to so far, in a line.
 *
 * @param runDir its folder
 * @param model its network, such as {@code WRN-16-2}
 * @param data the name of the data set
 * @param epochs how many are done
 * @param epochsPlanned how many there are to be
 * @param accuracy the last one on the test set, or on the validation split if that is all there is
 *     so far; null where there is none yet
 * @param state what the run says of itself in lower case, or {@code stopped} if it was killed
 */
public record RunSummary(
    String runDir,
    String model,
    String data,
    int epochs,
    int epochsPlanned,
    Double accuracy,
    String state) {

  /**
   * Reads a run; nothing in its folder is changed.
   *
   * @throws IllegalArgumentException if a file of it is damaged
   * @throws IOException if a file cannot be read
   */
  public static RunSummary of(RunDirectory run) throws IOException {
    RunConfig config = RunConfig.read(run.runJson());
    History history = History.open(run.history());
    double accuracy;
    if (config.result() != null) {
      accuracy = config.result().testAccuracy();
    } else {
      accuracy = history.lastEvaluated().map(History.Row::valAccuracy).orElse(Double.NaN);
    }
    // A run that was killed could not say so, but nobody holds its lock.
    boolean killed = config.state() == RunConfig.State.RUNNING && !RunLock.isHeld(run.path());
    return new RunSummary(
        run.path().toString(),
        config.recipe().network().model().orElseThrow().toUpperCase(Locale.ROOT),
        config.data().name(),
        history.rows().size(),
        config.recipe().epochs(),
        Double.isNaN(accuracy) ? null : accuracy,
        killed ? "stopped" : config.state().name().toLowerCase(Locale.ROOT));
  }
}
