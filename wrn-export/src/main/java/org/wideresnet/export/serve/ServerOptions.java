package org.wideresnet.export.serve;

import java.time.Duration;

/**
 * How a server is run.
 *
 * @param host the address to listen on
 * @param port the port to listen on; 0 for any that is free
 * @param modelName the name of the model in paths, {@code /v1/models/NAME}
 * @param threads how many requests are computed at the same time
 * @param queue how many more may wait; further ones are refused with status 503
 * @param maxRequestBytes how large a request may be, at least 1 KiB; larger ones are refused with
 *     status 413
 * @param memoryBytes how much of the Java heap all requests together may take, at least twice
 *     {@code maxRequestBytes}
 * @param patience a client that sends less than {@value #LEAST_BYTES} bytes of a body in this time
 *     is cut off
 */
public record ServerOptions(
    String host,
    int port,
    String modelName,
    int threads,
    int queue,
    int maxRequestBytes,
    long memoryBytes,
    Duration patience) {
  /** How many bytes of a body must come within {@link #patience}. */
  public static final int LEAST_BYTES = 128 * 1024;

  private static final long HALF_THE_HEAP = Runtime.getRuntime().maxMemory() / 2;

  /** TensorFlow Serving's port, this machine alone; requests of a sixteenth of the heap. */
  public static final ServerOptions DEFAULT =
      new ServerOptions(
          "127.0.0.1",
          8501,
          "wrn",
          Runtime.getRuntime().availableProcessors(),
          128,
          (int) Math.min(HALF_THE_HEAP / 8, 1 << 30));

  /** Requests may take half of the heap, and 10 s to send the next bytes. */
  public ServerOptions(
      String host, int port, String modelName, int threads, int queue, int maxRequestBytes) {
    this(
        host,
        port,
        modelName,
        threads,
        queue,
        maxRequestBytes,
        HALF_THE_HEAP,
        Duration.ofSeconds(10));
  }

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if one is out of range
   */
  public ServerOptions {
    require(port >= 0 && port <= 65535, "The port is %d; it must be in 0 to 65535.", port);
    require(
        !modelName.isEmpty() && !modelName.matches(".*[/:].*"),
        "The model name is '%s'; it must be a word without '/' and ':'.",
        modelName);
    require(threads >= 1, "The number of threads is %d; it must be 1 or more.", threads);
    require(queue >= 0, "The length of the queue is %d; it must be 0 or more.", queue);
    require(
        maxRequestBytes >= 1024,
        "The largest request has %d bytes; it must have 1024 or more.",
        maxRequestBytes);
    require(
        maxRequestBytes <= memoryBytes / 2,
        "The largest request has "
            + maxRequestBytes
            + " bytes; with this Java heap it must have %d or fewer (-Xmx sets the heap).",
        memoryBytes / 2);
  }

  private static void require(boolean condition, String message, Object value) {
    if (!condition) {
      throw new IllegalArgumentException(message.formatted(value));
    }
  }
}
