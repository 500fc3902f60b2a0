package org.wideresnet.train.cluster;

import java.io.UncheckedIOException;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TFloat32;
import org.wideresnet.data.pipeline.Shard;

/**
 * The processes that take the steps of a training together. All of them add up what they computed
 * and change their weights alike; the first one, the chief, keeps the run.
 */
public interface Team extends AutoCloseable {

  /** Returns a team of this process alone, which waits for nobody and has nothing to add up. */
  static Team alone() {
    return new Team() {
      private volatile boolean stopped;

      @Override
      public Shard shard() {
        return Shard.WHOLE;
      }

      @Override
      public TFloat32 sum(TFloat32 addend) {
        throw new IllegalStateException("A process alone has nothing to add up.");
      }

      @Override
      public void requestStop() {
        stopped = true;
      }

      @Override
      public boolean stopAgreed() {
        return stopped;
      }

      @Override
      public boolean awaitBarrier() {
        throw new IllegalStateException("A process alone waits for nobody.");
      }
    };
  }

  /** Returns this process among all. */
  Shard shard();

  /** Returns whether this process keeps the run. */
  default boolean isChief() {
    return shard().index() == 0;
  }

  /**
   * Checks that all processes were started alike.
   *
   * @param settings everything that decides what is computed
   * @throws IllegalArgumentException in all processes, if they were not
   * @throws UncheckedIOException if another process does not answer in time
   */
  default void agreeOn(String settings) {}

  /**
   * Adds up a vector over all processes; ends when all have called it.
   *
   * @param addend float32 {@code [n]}
   * @return the sum, the same in all processes to the last bit; the caller closes it
   * @throws UncheckedIOException if another process does not answer in time
   */
  TFloat32 sum(TFloat32 addend);

  /** As {@link #sum(TFloat32)}, for a few numbers. */
  default float[] sum(float... values) {
    try (TFloat32 addend = TFloat32.tensorOf(Shape.of(values.length), DataBuffers.of(values));
        TFloat32 sum = sum(addend)) {
      float[] result = new float[values.length];
      sum.copyTo(DataBuffers.of(result, false, false));
      return result;
    }
  }

  /** Asks all to stop; with the next {@link #sum} they know. May be called from another thread. */
  void requestStop();

  /** Returns whether the processes know that one of them wants to stop. */
  boolean stopAgreed();

  /** Keeps the others waiting while the chief works alone, until {@link #reachBarrier}. */
  default void startHeartbeat() {}

  /** Ends {@link #startHeartbeat}, and tells the others whether there is another epoch. */
  default void reachBarrier(boolean anotherEpoch) {}

  /** Waits while the chief works alone; returns whether there is another epoch. */
  boolean awaitBarrier();

  @Override
  default void close() {}
}
