package org.wideresnet.export.serve;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Lets requests in. A request that is still being sent holds nothing but the bytes that have come,
 * and is cut off when they come too slowly. When it is complete it needs one of the places, then
 * waits until there is memory for all that its body becomes.
 */
final class RequestGate implements AutoCloseable {
  private static final int UNIT = 1024;

  /** So much of a body is free: large requests that are being sent leave room for small ones. */
  private static final int FREE_BYTES = 64 * 1024;

  /** What an object, a list and a value of JSON take at most until TensorFlow has them. */
  private static final int OBJECT_BYTES = 800;

  private static final int LIST_BYTES = 128;
  private static final int VALUE_BYTES = 64;

  private final ServerOptions options;
  private final boolean isLoopback;
  private final Semaphore places;
  private final Semaphore arriving;
  private final Semaphore memory;
  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();

  /**
   * Makes a gate.
   *
   * @param address where the server listens
   */
  RequestGate(ServerOptions options, InetAddress address) {
    this.options = options;
    isLoopback = address.isLoopbackAddress();
    places = new Semaphore(options.threads() + options.queue());
    // A body that grows is there twice for a moment.
    long bodies = Math.max(options.memoryBytes() / 4, 2L * options.maxRequestBytes());
    arriving = new Semaphore(units(bodies));
    memory = new Semaphore(units(options.memoryBytes()), true);
  }

  /**
   * Refuses what a browser sends for the page of another site: a server on this machine alone is
   * not behind a name that a stranger gave to 127.0.0.1, and no stranger's page may ask it.
   */
  void requireOwnSite(Headers headers) throws RequestException {
    if (!isLoopback) {
      return;
    }
    for (String host : headers.getOrDefault("Host", List.of())) {
      requireOwn("Host", host, host);
    }
    for (String origin : headers.getOrDefault("Origin", List.of())) {
      requireOwn("Origin", origin, origin.replaceFirst("^https?://", ""));
    }
  }

  private void requireOwn(String header, String value, String authority) throws RequestException {
    String host = authority.trim().replaceFirst(":\\d*$", "").toLowerCase(Locale.ROOT);
    if (!host.matches("localhost|127(\\.\\d{1,3}){3}|\\[::1]")
        && !host.equals(options.host().toLowerCase(Locale.ROOT))) {
      throw new RequestException(
          403, "%s: %s is not this machine; it must be localhost.".formatted(header, value));
    }
  }

  /**
   * Reads a request and lets it in.
   *
   * @param isJson whether the body is JSON, which becomes larger than it is
   * @throws RequestException if there is no place, or it is too large
   * @throws IOException if it does not come, or too slowly
   */
  Visit enter(HttpExchange exchange, boolean isJson) throws IOException, RequestException {
    Visit visit = new Visit();
    try {
      visit.read(exchange);
      visit.enter(isJson);
      return visit;
    } catch (IOException | RequestException | RuntimeException | Error e) {
      visit.close();
      throw e;
    }
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }

  /** A request that is inside, until this is closed. */
  final class Visit implements AutoCloseable {
    private byte[] body = new byte[0];
    private volatile int size;
    private int arrived;
    private int reserved;
    private boolean hasPlace;

    private Visit() {}

    /** Returns the body of the request. */
    byte[] body() {
      return body;
    }

    private void read(HttpExchange exchange) throws IOException, RequestException {
      String length = exchange.getRequestHeaders().getFirst("Content-Length");
      // Which the JDK's server has parsed before.
      if (length != null && Long.parseLong(length.trim()) > options.maxRequestBytes()) {
        throw tooLarge();
      }
      long patience = options.patience().toMillis();
      Future<?> watch =
          clock.scheduleWithFixedDelay(
              cutOffIfSlow(exchange), patience, patience, TimeUnit.MILLISECONDS);
      try {
        String encoding = exchange.getRequestHeaders().getFirst("Content-Encoding");
        InputStream in = exchange.getRequestBody();
        read(encoding != null && encoding.contains("gzip") ? new GZIPInputStream(in) : in);
      } catch (ZipException e) {
        throw RequestException.invalid("The body is not compressed with gzip: %s", e.getMessage());
      } finally {
        watch.cancel(false);
      }
    }

    private Runnable cutOffIfSlow(HttpExchange exchange) {
      return new Runnable() {
        private int before;

        @Override
        public void run() {
          int now = size;
          if (now - before < ServerOptions.LEAST_BYTES) {
            exchange.close(); // which ends the read that waits
          }
          before = now;
        }
      };
    }

    private void read(InputStream in) throws IOException, RequestException {
      for (int next = in.read(); next >= 0; next = in.read()) {
        if (size == body.length) {
          grow();
        }
        body[size] = (byte) next;
        size += 1 + Math.max(0, in.read(body, size + 1, body.length - size - 1));
      }
      body = size == body.length ? body : Arrays.copyOf(body, size);
    }

    private void grow() throws RequestException {
      if (size == options.maxRequestBytes()) {
        throw tooLarge();
      }
      int length = (int) Math.min(options.maxRequestBytes(), Math.max(FREE_BYTES, 2L * size));
      int units = length <= FREE_BYTES ? 0 : units(length);
      if (!arriving.tryAcquire(units)) {
        throw new RequestException(503, "The server is busy: too many large requests arrive.");
      }
      body = Arrays.copyOf(body, length);
      arriving.release(arrived);
      arrived = units;
    }

    private void enter(boolean isJson) throws RequestException {
      long bytes = (isJson ? footprint(body) : 0) + 3L * body.length;
      if (bytes > options.memoryBytes()) {
        throw tooLarge(
            "once read it takes up to %,d bytes of memory, and there are %,d; send it in parts",
            bytes, options.memoryBytes());
      }
      hasPlace = places.tryAcquire();
      if (!hasPlace) {
        throw new RequestException(503, "The server is busy: too many requests are waiting.");
      }
      int units = units(bytes);
      memory.acquireUninterruptibly(units);
      reserved = units;
    }

    @Override
    public void close() {
      arriving.release(arrived);
      memory.release(reserved);
      places.release(hasPlace ? 1 : 0);
    }
  }

  /** Returns how many bytes the values of JSON take at most, by what opens and parts them. */
  private static long footprint(byte[] json) {
    long bytes = 0;
    boolean inText = false;
    for (int i = 0; i < json.length; i++) {
      if (inText) {
        inText = json[i] != '"';
        i += json[i] == '\\' ? 1 : 0;
        continue;
      }
      switch (json[i]) {
        case '"' -> inText = true;
        case '{' -> bytes += OBJECT_BYTES;
        case '[' -> bytes += LIST_BYTES;
        case ',', ':' -> bytes += VALUE_BYTES;
        default -> {}
      }
    }
    return bytes;
  }

  private RequestException tooLarge() {
    return tooLarge("at most %,d bytes are accepted", options.maxRequestBytes());
  }

  private static RequestException tooLarge(String why, Object... args) {
    return new RequestException(
        413, "The request is too large: " + String.format(Locale.ROOT, why, args) + ".");
  }

  private static int units(long bytes) {
    return (int) Math.min(bytes / UNIT + 1, Integer.MAX_VALUE);
  }
}
