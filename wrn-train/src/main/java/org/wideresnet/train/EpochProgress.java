package org.wideresnet.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;

/**
 * How far a training is within an epoch; a checkpoint in the midst of an epoch keeps it, so that
 * the history of a resumed run is that of an uninterrupted one.
 *
 * @param steps the number of steps of the epoch that are done
 * @param lossSum the sum of their losses
 * @param accuracySum the sum of their accuracies
 * @param seconds the time they took
 */
record EpochProgress(int steps, double lossSum, double accuracySum, double seconds) {

  /** The name of the file in a checkpoint. */
  static final String FILE = "epoch.json";

  /** The beginning of an epoch. */
  static final EpochProgress NONE = new EpochProgress(0, 0, 0, 0);

  private static final JsonMapper JSON = JsonMapper.builder().build();

  EpochProgress plus(TrainingStep.Measured step, double stepSeconds) {
    return new EpochProgress(
        steps + 1, lossSum + step.loss(), accuracySum + step.accuracy(), seconds + stepSeconds);
  }

  double loss() {
    return lossSum / steps;
  }

  double accuracy() {
    return accuracySum / steps;
  }

  String toJson() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Reads what {@link #toJson} wrote. */
  static EpochProgress parse(String json) {
    try {
      return JSON.readValue(json, EpochProgress.class);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "The file " + FILE + " of the checkpoint is damaged: " + e.getOriginalMessage() + ".", e);
    }
  }
}
