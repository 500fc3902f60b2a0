package org.wideresnet.train.cluster;

import org.tensorflow.types.TFloat32;
import org.wideresnet.data.pipeline.Shard;

/** A process that trains alone. */
final class SingleProcess implements Team {
  private volatile boolean stopped;

  @Override
  public Shard shard() {
    return Shard.WHOLE;
  }

  @Override
  public void agreeOn(String settings) {}

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
  public void hold() {}

  @Override
  public void release(boolean anotherEpoch) {}

  @Override
  public boolean awaitRelease() {
    throw new IllegalStateException("A process alone waits for nobody.");
  }

  @Override
  public void close() {}
}
