package org.wideresnet.train.cluster;

import com.google.common.hash.Hashing;
import com.google.common.net.HostAndPort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
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
  private static final int CONNECT_MILLIS = 1000;

  /** What the chief says in {@link #release}, or while it works. */
  private static final float WORKING = 1;

  private static final float ANOTHER_EPOCH = 2;
  private static final float END = 3;

  private final ClusterSpec cluster;
  private final Duration limit;
  private final AllReduce allReduce;
  private final ExecutorService calls = Executors.newSingleThreadExecutor(WorkerTeam::daemon);
  private final ExecutorService holder = Executors.newSingleThreadExecutor(WorkerTeam::daemon);
  private volatile boolean stopRequested;
  private volatile boolean stopAgreed;
  private volatile boolean broken;
  private CompletableFuture<Void> holding;
  private volatile boolean released;

  private WorkerTeam(ClusterSpec cluster, Duration limit) {
    this.cluster = cluster;
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
   * Starts the server of this process and waits for those of the others.
   *
   * @param limit how long to wait for another process, now and in each step
   * @throws IOException if one cannot be reached by then
   */
  public static WorkerTeam join(ClusterSpec cluster, Duration limit) throws IOException {
    WorkerTeam team = new WorkerTeam(cluster, limit);
    long deadline = System.nanoTime() + limit.toNanos();
    List<Integer> missing = team.unreachable();
    while (!missing.isEmpty()) {
      if (System.nanoTime() > deadline) {
        throw new IOException(
            "%s cannot be reached after %d s; start all workers within that time, or allow more with --worker-timeout."
                .formatted(team.names(missing), limit.toSeconds()));
      }
      pause();
      missing = team.unreachable();
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
    List<Integer> others = new ArrayList<>();
    for (int i = 0; i < all.length; i++) {
      int worker = i / own.length;
      if (all[i] != own[i % own.length] && !others.contains(worker)) {
        others.add(worker);
      }
    }
    if (!others.isEmpty()) {
      throw new IllegalArgumentException(
          "%s, where this is worker %d, was started with other options, another recipe or other data; start all workers alike."
              .formatted(names(others), cluster.index()));
    }
  }

  @Override
  public Shard shard() {
    return cluster.shard();
  }

  @Override
  public TFloat32 sum(TFloat32 addend) {
    try (TFloat32 flag = TFloat32.tensorOf(Shape.of(1), DataBuffers.of(stopRequested ? 1f : 0f))) {
      Future<Result> call = calls.submit(() -> allReduce.sum(addend, flag));
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
        List<Integer> gone = unreachable();
        if (!gone.isEmpty()) {
          throw lost(names(gone) + " is gone", e);
        }
        if (System.nanoTime() > deadline) {
          throw lost("Another worker did not answer within %d s".formatted(limit.toSeconds()), e);
        }
      } catch (ExecutionException e) {
        pause(); // until the system has cleared away a process that is gone
        List<Integer> gone = unreachable();
        throw lost(
            gone.isEmpty()
                ? "The connection to the other workers failed (%s)"
                    .formatted(e.getCause().getMessage().lines().findFirst().orElse(""))
                : names(gone) + " is gone",
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
  public void hold() {
    released = false;
    holding = stopAgreed ? null : CompletableFuture.runAsync(this::holdOn, holder);
  }

  private void holdOn() {
    while (!released) {
      sum(WORKING);
      pause();
    }
  }

  @Override
  public void release(boolean anotherEpoch) {
    released = true;
    if (holding == null) {
      return; // The others have ended, as they know that one wants to stop.
    }
    try {
      holding.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof UncheckedIOException lost ? lost : e;
    }
    sum(anotherEpoch ? ANOTHER_EPOCH : END);
  }

  @Override
  public boolean awaitRelease() {
    float signal;
    do {
      signal = sum(0f)[0];
    } while (signal == WORKING);
    return signal == ANOTHER_EPOCH;
  }

  private List<Integer> unreachable() {
    return IntStream.range(0, cluster.addresses().size())
        .filter(worker -> worker != cluster.index() && !isReachable(worker))
        .boxed()
        .toList();
  }

  private boolean isReachable(int worker) {
    HostAndPort address = HostAndPort.fromString(cluster.addresses().get(worker));
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(address.getHost(), address.getPort()), CONNECT_MILLIS);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private String names(List<Integer> workers) {
    return workers.stream()
        .map(worker -> "worker %d at %s".formatted(worker, cluster.addresses().get(worker)))
        .collect(Collectors.collectingAndThen(Collectors.joining(", "), WorkerTeam::capitalized));
  }

  private static String capitalized(String text) {
    return Character.toUpperCase(text.charAt(0)) + text.substring(1);
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(CONNECT_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Leaves the others; the server goes with the process. */
  @Override
  public void close() {
    released = true;
    calls.shutdownNow();
    holder.shutdownNow();
    if (!broken) { // else a call may hang in the session, and its end would be waited for
      allReduce.close();
    }
  }
}
