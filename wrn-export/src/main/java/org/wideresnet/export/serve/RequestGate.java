package org.wideresnet.export.serve;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Lets requests in: as many as have a place, none that is larger than allowed. Those inside wait
 * until there is memory for their bodies.
 */
final class RequestGate {
  private static final int LARGEST_BODIES = 4;
  private static final int UNIT = 1024;

  private final int maxBytes;
  private final Semaphore places;
  private final Semaphore memory;

  /**
   * Makes a gate.
   *
   * @param places how many requests may be inside
   * @param maxBytes the size of the largest body
   */
  RequestGate(int places, int maxBytes) {
    this.maxBytes = maxBytes;
    this.places = new Semaphore(places);
    memory = new Semaphore(LARGEST_BODIES * units(maxBytes), true);
  }

  /**
   * Lets a request in and reads it.
   *
   * @throws RequestException if there is no place, or it is too large
   */
  Visit enter(HttpExchange exchange) throws IOException, RequestException {
    if (!places.tryAcquire()) {
      throw new RequestException(503, "The server is busy: too many requests are waiting.");
    }
    Visit visit = new Visit();
    try {
      visit.read(exchange);
      return visit;
    } catch (IOException | RequestException | RuntimeException | Error e) {
      visit.close();
      throw e;
    }
  }

  /** A request that is inside, until this is closed. */
  final class Visit implements AutoCloseable {
    private int reserved;
    private byte[] body;

    private Visit() {}

    /** Returns the body of the request. */
    byte[] body() {
      return body;
    }

    private void read(HttpExchange exchange) throws IOException, RequestException {
      String encoding = exchange.getRequestHeaders().getFirst("Content-Encoding");
      boolean isCompressed = encoding != null && encoding.contains("gzip");
      int units = units(isCompressed ? maxBytes : length(exchange));
      memory.acquireUninterruptibly(units);
      reserved = units;
      InputStream in = exchange.getRequestBody();
      try {
        body = (isCompressed ? new GZIPInputStream(in) : in).readNBytes(maxBytes + 1);
      } catch (ZipException e) {
        throw RequestException.invalid("The body is not compressed with gzip: %s", e.getMessage());
      }
      if (body.length > maxBytes) {
        throw tooLarge();
      }
    }

    @Override
    public void close() {
      memory.release(reserved);
      places.release();
    }
  }

  /** Returns how long the body will be at most. */
  private int length(HttpExchange exchange) throws RequestException {
    String length = exchange.getRequestHeaders().getFirst("Content-Length");
    if (length == null) {
      return maxBytes;
    }
    long bytes = Long.parseLong(length.trim()); // which the JDK's server has done before
    if (bytes > maxBytes) {
      throw tooLarge();
    }
    return (int) bytes;
  }

  private RequestException tooLarge() {
    return new RequestException(
        413,
        String.format(
            Locale.ROOT, "The request is too large: at most %,d bytes are accepted.", maxBytes));
  }

  private static int units(int bytes) {
    return bytes / UNIT + 1;
  }
}
