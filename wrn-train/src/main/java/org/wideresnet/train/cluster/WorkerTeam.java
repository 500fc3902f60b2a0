package org.wideresnet.train.cluster;

import com.google.common.hash.Hashing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.tensorflow.Result;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TFloat32;
import org.wideresnet.data.pipeline.Shard;

/**
 * The processes of a {@link ClusterSpec}, which add up with {@link AllReduce}. Nothing here waits
 * longer for another process than a limit: then, or as soon as one is gone, an exception says so.
 */
public final class WorkerTeam implements Team {
  /** What the chief says while it works alone, or at the barrier. */
  private static final float WORKING = 1;

  private static final float ANOTHER_EPOCH = 2;
  private static final float END = 3;

  private final ClusterSpec cluster;
  private final Peers peers;
  private final Duration limit;
  private final PortGuard guard; // never closed, since TensorFlow's servers are not
  private final AllReduce allReduce;
  private final ExecutorService threads = Executors.newCachedThreadPool(WorkerTeam::daemon);
  private volatile boolean stopRequested;
  private volatile boolean stopAgreed;
  private volatile boolean broken;
  private volatile boolean working;
  private CompletableFuture<Void> heartbeat;

  private WorkerTeam(ClusterSpec cluster, Duration limit, PortGuard guard) {
    this.guard = guard;
    this.cluster = cluster;
    peers = new Peers(cluster);
    this.limit = limit;
    allReduce = new AllReduce(cluster, limit);
  }

  /** A call may hang in TensorFlow when another process is gone; no exit must wait for it. */
  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "workers");
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Starts the server of this process and waits for those of the others. The server, and the guard
   * of its port, stay until the process ends.
   *
   * @param limit how long to wait for another process, now and in each step
   * @param trustNetwork whether other machines may reach the server; else a {@link PortGuard} keeps
   *     them from it
   * @throws IllegalArgumentException if the guard cannot
   * @throws IOException if another process cannot be reached by then
   */
  public static WorkerTeam join(ClusterSpec cluster, Duration limit, boolean trustNetwork)
      throws IOException {
    WorkerTeam team = new WorkerTeam(cluster, limit, trustNetwork ? null : new PortGuard(cluster));
    long deadline = System.nanoTime() + limit.toNanos();
    List<Integer> missing = team.peers.unreachable();
    while (!missing.isEmpty()) {
      if (System.nanoTime() > deadline) {
        throw new IOException(
            "%s cannot be reached after %d s; start all workers within that time, or allow more with --worker-timeout."
                .formatted(team.peers.names(missing), limit.toSeconds()));
      }
      pause();
      missing = team.peers.unreachable();
    }
    return team;
  }

  @Override
  public void agreeOn(String settings) {
    byte[] own = Hashing.sha256().hashString(settings, StandardCharsets.UTF_8).asBytes();
    // Each process fills its own part of the vector, so the sum holds the parts of all.
    float[] parts = new float[own.length * cluster.addresses().size()];
    for (int i = 0; i < own.length; i++) {
      parts[cluster.index() * own.length + i] = own[i];
    }
    float[] all = sum(parts);
    List<Integer> others =
        IntStream.range(0, all.length)
            .filter(i -> all[i] != own[i % own.length])
            .mapToObj(i -> i / own.length)
            .distinct()
            .toList();
    if (!others.isEmpty()) {
      throw new IllegalArgumentException(
          "%s, where this is worker %d, was started with other options, another recipe or other data; start all workers alike."
              .formatted(peers.names(others), cluster.index()));
    }
  }

  @Override
  public Shard shard() {
    return cluster.shard();
  }

  @Override
  public TFloat32 sum(TFloat32 addend) {
    try (TFloat32 flag = TFloat32.tensorOf(Shape.of(1), DataBuffers.of(stopRequested ? 1f : 0f))) {
      Future<Result> call = threads.submit(() -> allReduce.sum(addend, flag));
      Result result = await(call);
      try (TFloat32 flags = (TFloat32) result.get(1)) {
        stopAgreed |= flags.getFloat(0) > 0;
      }
      return (TFloat32) result.get(0);
    }
  }

  private Result await(Future<Result> call) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (true) {
      try {
        return call.get(1, TimeUnit.SECONDS);
      } catch (TimeoutException e) {
        List<Integer> gone = peers.unreachable();
        if (!gone.isEmpty()) {
          throw lost(peers.names(gone) + " is gone", e);
        }
        if (System.nanoTime() > deadline) {
          throw lost("Another worker did not answer within %d s".formatted(limit.toSeconds()), e);
        }
      } catch (ExecutionException e) {
        pause(); // until the system has cleared away a process that is gone
        List<Integer> gone = peers.unreachable();
        throw lost(
            gone.isEmpty()
                ? "The connection to the other workers failed (%s)"
                    .formatted(e.getCause().getMessage().lines().findFirst().orElse(""))
                : peers.names(gone) + " is gone",
            e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw lost("The wait for the other workers was interrupted", e);
      }
    }
  }

  private UncheckedIOException lost(String what, Throwable cause) {
    broken = true;
    return new UncheckedIOException(
        new IOException(
            what + "; start all workers again with --resume to go on from the last checkpoint.",
            cause));
  }

  @Override
  public void requestStop() {
    stopRequested = true;
  }

  @Override
  public boolean stopAgreed() {
    return stopAgreed;
  }

  /** The others ask again and again whether they can go on, so they notice if the chief is gone. */
  @Override
  public void startHeartbeat() {
    working = true;
    heartbeat = stopAgreed ? null : CompletableFuture.runAsync(this::beat, threads);
  }

  private void beat() {
    while (working) {
      sum(WORKING);
      pause();
    }
  }

  @Override
  public void reachBarrier(boolean anotherEpoch) {
    working = false;
    if (heartbeat == null) {
      return; // The others have ended, as they know that one wants to stop.
    }
    try {
      heartbeat.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof UncheckedIOException lost ? lost : e;
    }
    sum(anotherEpoch ? ANOTHER_EPOCH : END);
  }

  @Override
  public boolean awaitBarrier() {
    float signal;
    do {
      signal = sum(0f)[0];
    } while (signal == WORKING);
    return signal == ANOTHER_EPOCH;
  }

  private static void pause() {
    try {
      TimeUnit.SECONDS.sleep(1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Leaves the others; the server goes with the process. */
  @Override
  public void close() {
    working = false;
    threads.shutdownNow();
    if (!broken) { // else a call may hang in the session, and its end would be waited for
      allReduce.close();
    }
  }
}
