package org.wideresnet.data.pipeline;

/**
 * The part that a worker takes of every global batch.
 *
 * @param index the worker, from 0
 * @param count how many workers there are
 */
public record Shard(int index, int count) {

  /** All of it: one worker. */
  public static final Shard WHOLE = new Shard(0, 1);

  /** Refuses an index out of {@code [0, count)} with an IllegalArgumentException. */
  public Shard {
    if (index < 0 || index >= count) {
      throw new IllegalArgumentException(
          "The worker " + index + " should be one of 0 to " + (count - 1) + ".");
    }
  }
}
