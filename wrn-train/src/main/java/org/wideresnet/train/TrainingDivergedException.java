package org.wideresnet.train;

/** Thrown when the loss is no longer a number. */
public final class TrainingDivergedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** Makes the exception with one sentence that names step and learning rate. */
  public TrainingDivergedException(String message) {
    super(message);
  }
}
