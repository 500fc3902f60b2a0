package org.wideresnet.train.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import org.wideresnet.train.step.TrainingStep;

/**
 * How far a training is within an epoch; a checkpoint within an epoch keeps it, so that the history
 * of a resumed run is that of an uninterrupted one.
 *
 * @param steps the number of steps of the epoch that are done
 * @param lossSum the sum of their losses
 * @param accuracySum the sum of their accuracies
 * @param gradientNormSum the sum of the norms of their gradients, as far as these are finite
 * @param skipped how many have a gradient that is not finite
 * @param seconds the time they took
 * @param waitSeconds how much of it they waited for their batches
 */
public record EpochProgress(
    int steps,
    double lossSum,
    double accuracySum,
    double gradientNormSum,
    int skipped,
    double seconds,
    double waitSeconds) {

  /** The name of the file in a checkpoint. */
  public static final String FILE = "epoch.json";

  /** The beginning of an epoch. */
  public static final EpochProgress NONE = new EpochProgress(0, 0, 0, 0, 0, 0, 0);

  private static final JsonMapper JSON = JsonMapper.builder().build();

  public EpochProgress plus(TrainingStep.Measured step, double stepSeconds) {
    boolean finite = Float.isFinite(step.gradientNorm());
    return new EpochProgress(
        steps + 1,
        lossSum + step.loss(),
        accuracySum + step.accuracy(),
        finite ? gradientNormSum + step.gradientNorm() : gradientNormSum,
        finite ? skipped : skipped + 1,
        seconds + stepSeconds,
        waitSeconds);
  }

  /** Returns a copy with another time of waiting. */
  public EpochProgress waited(double totalSeconds) {
    return new EpochProgress(
        steps, lossSum, accuracySum, gradientNormSum, skipped, seconds, totalSeconds);
  }

  public double loss() {
    return lossSum / steps;
  }

  public double accuracy() {
    return accuracySum / steps;
  }

  /** Returns the mean norm of the gradients that are finite; NaN if none is. */
  public double gradientNorm() {
    return gradientNormSum / (steps - skipped);
  }

  /** Returns the share of the time that steps waited for their batches, in [0, 1]. */
  public double dataWait() {
    return waitSeconds / seconds;
  }

  public String toJson() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Reads what {@link #toJson} wrote. */
  public static EpochProgress parse(String json) {
    try {
      return JSON.readValue(json, EpochProgress.class);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "The file " + FILE + " of the checkpoint is damaged: " + e.getOriginalMessage() + ".", e);
    }
  }
}
