package org.wideresnet.export.serve;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Phaser;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.tensorflow.exceptions.TFFailedPreconditionException;
import org.tensorflow.exceptions.TFOutOfRangeException;
import org.tensorflow.exceptions.TFResourceExhaustedException;
import org.tensorflow.exceptions.TFUnimplementedException;

/**
 * An HTTP server with TensorFlow Serving's REST API for one model, and a page for people on {@code
 * /}. It watches the folder of the model: a new version is loaded beside the old one and takes over
 * between two requests.
 */
public final class ModelServer implements AutoCloseable {
  private static final long POLL_SECONDS = 1;
  private static final long DRAIN_SECONDS = 30;
  private static final int BACKLOG = 256;
  private static final int UNREAD_BYTES = 256 * 1024 * 1024;

  static {
    // The JDK's server sends head and body of an answer apart; with Nagle's algorithm the body
    // would wait for the client to acknowledge the head.
    setDefault("sun.net.httpserver.nodelay", "true");
    // Seconds for head and body of a request; the gate looks at the bytes of the body meanwhile.
    setDefault("sun.net.httpserver.maxReqTime", "120");
    setDefault("sun.net.httpserver.maxRspTime", "600");
    setDefault("sun.net.httpserver.maxReqHeaderSize", "32768");
    // A connection takes a thread while a request comes in.
    setDefault("jdk.httpserver.maxConnections", "1024");
    setDefault("sun.net.httpserver.maxIdleConnections", "1024");
  }

  private final ServerOptions options;
  private final ServedVersions versions;
  private final RestApi api;
  private final PicturePage page;
  private final RequestGate gate;
  private final HttpServer http;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor();
  private final Phaser inFlight = new Phaser(1);
  private volatile boolean draining;

  private ModelServer(ServerOptions options, ServedVersions versions, HttpServer http) {
    this.options = options;
    this.versions = versions;
    this.http = http;
    api = new RestApi(options.modelName(), versions);
    page = new PicturePage(versions);
    gate = new RequestGate(options, http.getAddress().getAddress());
    http.createContext("/", this::handle);
    http.setExecutor(threads);
    http.start();
    watch.scheduleWithFixedDelay(versions::poll, POLL_SECONDS, POLL_SECONDS, TimeUnit.SECONDS);
  }

  /**
   * Loads the newest version of a model and starts to answer.
   *
   * @param savedModel the folder of the versions, which is watched, or one version
   * @param log is told, from another thread, when another version takes over or cannot be loaded
   * @throws IllegalArgumentException if there is no SavedModel
   * @throws IOException if the folder cannot be read, or the port cannot be had
   */
  public static ModelServer start(Path savedModel, ServerOptions options, Consumer<String> log)
      throws IOException {
    return start(savedModel, false, options, log);
  }

  /**
   * Does the same.
   *
   * @param trusted whether the ops of a version may be any, those too that reach files or the
   *     network
   */
  public static ModelServer start(
      Path savedModel, boolean trusted, ServerOptions options, Consumer<String> log)
      throws IOException {
    ServedVersions versions = ServedVersions.open(savedModel, options.threads(), trusted, log);
    try {
      InetSocketAddress address = new InetSocketAddress(options.host(), options.port());
      if (address.isUnresolved()) {
        throw new IllegalArgumentException(
            "The host '%s' has no address; 127.0.0.1 is this machine alone, 0.0.0.0 all its networks."
                .formatted(options.host()));
      }
      return new ModelServer(options, versions, HttpServer.create(address, BACKLOG));
    } catch (BindException e) {
      versions.close();
      throw new IOException(
          "The server cannot listen on %s:%d: %s; choose another port."
              .formatted(options.host(), options.port(), e.getMessage()),
          e);
    } catch (IOException | RuntimeException e) {
      versions.close();
      throw e;
    }
  }

  /** Returns the address of the page. */
  public URI uri() {
    String host = options.host().contains(":") ? "[" + options.host() + "]" : options.host();
    return URI.create("http://" + host + ":" + http.getAddress().getPort() + "/");
  }

  /** Returns the version that answers now. */
  public long version() {
    return versions.current().version();
  }

  /** Ends in order: requests under way are answered, later ones get status 503. */
  @Override
  public void close() {
    watch.shutdownNow();
    draining = true;
    int phase = inFlight.arriveAndDeregister();
    try {
      inFlight.awaitAdvanceInterruptibly(phase, DRAIN_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      // Whoever takes longer is cut off.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    http.stop(0);
    threads.shutdown();
    gate.close();
    versions.close();
  }

  /**
   * Answers a request.
   *
   * @throws IOException if the client has gone; it lets the JDK's server forget the connection
   */
  private void handle(HttpExchange exchange) throws IOException {
    inFlight.register();
    try {
      send(exchange, answer(exchange));
    } finally {
      exchange.close();
      inFlight.arriveAndDeregister();
    }
  }

  private Answer answer(HttpExchange exchange) throws IOException {
    if (draining) {
      return Answer.error(503, "The server is shutting down.");
    }
    try {
      String path = exchange.getRequestURI().getRawPath();
      String method = exchange.getRequestMethod();
      if (method.equals("OPTIONS")) {
        return isApi(path) ? options(exchange.getRequestHeaders()) : notFound(path);
      }
      gate.requireOwnSite(exchange.getRequestHeaders());
      if (path.equals("/") && (method.equals("GET") || method.equals("HEAD"))) {
        return PicturePage.html();
      }
      return switch (method) {
        case "GET" -> get(path);
        case "POST" -> post(path, exchange);
        default -> Answer.error(400, "Malformed request: %s %s".formatted(method, path));
      };
    } catch (RequestException e) {
      return Answer.error(e.status(), e.getMessage());
    } catch (RuntimeException | OutOfMemoryError e) {
      return Answer.error(status(e), String.valueOf(e.getMessage()));
    }
  }

  /** TensorFlow Serving's answer to a browser that asks before it sends; it allows nothing. */
  private static Answer options(Headers headers) {
    String origin = headers.getFirst("Origin");
    return Answer.empty(origin != null && origin.matches("https?://.*") ? 200 : 400);
  }

  private Answer get(String path) throws RequestException {
    return isApi(path) ? api.get(path) : notFound(path);
  }

  private Answer post(String path, HttpExchange exchange) throws IOException, RequestException {
    boolean isPicture = path.equals("/picture");
    if (!isPicture && !isApi(path)) {
      return notFound(path);
    }
    try (RequestGate.Visit visit = gate.enter(exchange, !isPicture)) {
      return isPicture ? page.classify(visit.body()) : api.post(path, visit.body());
    }
  }

  private static boolean isApi(String path) {
    return path.regionMatches(true, 0, "/v1/", 0, 4);
  }

  private static Answer notFound(String path) {
    return Answer.error(404, "There is nothing at %s.".formatted(path));
  }

  /** The status that TensorFlow Serving gives to TensorFlow's errors. */
  private static int status(Throwable e) {
    if (e instanceof IllegalArgumentException
        || e instanceof TFFailedPreconditionException
        || e instanceof TFOutOfRangeException) {
      return 400;
    }
    if (e instanceof TFResourceExhaustedException || e instanceof OutOfMemoryError) {
      return 429;
    }
    return e instanceof TFUnimplementedException ? 501 : 500;
  }

  private void send(HttpExchange exchange, Answer answer) throws IOException {
    Headers headers = exchange.getResponseHeaders();
    headers.set("Content-Type", answer.contentType());
    headers.set("X-Content-Type-Options", "nosniff");
    headers.set("Content-Security-Policy", PicturePage.POLICY);
    if (draining || answer.status() == 413) {
      headers.set("Connection", "close");
    }
    if (exchange.getRequestMethod().equals("HEAD") || answer.body().length == 0) {
      exchange.sendResponseHeaders(answer.status(), -1);
      return;
    }
    exchange.sendResponseHeaders(answer.status(), answer.body().length);
    OutputStream out = exchange.getResponseBody();
    out.write(answer.body());
    out.flush();
    discardRest(exchange.getRequestBody());
  }

  /** A client that is still sending would be cut off before it reads the answer. */
  private static void discardRest(InputStream body) throws IOException {
    byte[] buffer = new byte[8192];
    long discarded = 0;
    for (int read = 0; read >= 0 && discarded < UNREAD_BYTES; discarded += read) {
      read = body.read(buffer);
    }
  }

  private static void setDefault(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }
}
