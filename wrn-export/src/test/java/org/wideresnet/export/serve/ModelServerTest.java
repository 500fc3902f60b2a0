package org.wideresnet.export.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.wideresnet.export.serve.TestServer.Reply;

/** What bounds a server, and how it ends. */
class ModelServerTest {
  private static final String PREDICT = "/v1/models/wrn:predict";
  private static final String REQUEST =
      "{\"instances\": [%s]}".formatted(TestServer.json(TestServer.picture(32, 32, 1)));
  private static final int BYTES = REQUEST.length();

  @TempDir static Path temp;
  private static Path models;

  @BeforeAll
  static void export() throws IOException {
    models = temp.resolve("models");
    TestServer.export(models, 1, 1);
  }

  private static ServerOptions options(int threads, int queue, int maxRequestBytes) {
    return new ServerOptions("127.0.0.1", 0, "wrn", threads, queue, maxRequestBytes);
  }

  @Test
  void refusesARequestThatIsTooLarge() throws IOException {
    try (TestServer server = TestServer.start(models, options(1, 1, BYTES))) {
      assertThat(server.post(PREDICT, REQUEST).status()).isEqualTo(200);
      byte[] large = (REQUEST + " ".repeat(5_000_000)).getBytes(StandardCharsets.UTF_8);
      assertTooLarge(server.post(PREDICT, BodyPublishers.ofByteArray(large)));
      assertTooLarge(
          server.post(
              PREDICT, BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(large))));
      assertTooLarge(
          server.post(
              PREDICT, BodyPublishers.ofByteArray(gzip(large)), "Content-Encoding", "gzip"));
      assertThat(server.post(PREDICT, REQUEST).status()).isEqualTo(200);
    }
  }

  private static void assertTooLarge(Reply reply) {
    assertThat(reply.status()).isEqualTo(413);
    assertThat(reply.error())
        .isEqualTo("The request is too large: at most %,d bytes are accepted.", BYTES);
  }

  @Test
  void takesCompressedRequests() throws IOException {
    try (TestServer server = TestServer.start(models, options(1, 1, BYTES))) {
      byte[] compressed = gzip(REQUEST.getBytes(StandardCharsets.UTF_8));
      Reply reply =
          server.post(PREDICT, BodyPublishers.ofByteArray(compressed), "Content-Encoding", "gzip");
      assertThat(reply.json()).isEqualTo(server.post(PREDICT, REQUEST).json());
      Reply damaged =
          server.post(PREDICT, BodyPublishers.ofString(REQUEST), "Content-Encoding", "gzip");
      assertThat(damaged.status()).isEqualTo(400);
      assertThat(damaged.error()).contains("gzip");
    }
  }

  @Test
  void refusesRequestsThatFindNoPlace() throws Exception {
    String huge =
        "{\"signature_name\": \"image_bytes\", \"instances\": [{\"b64\": \"%s\"}]}"
            .formatted(
                Base64.getEncoder()
                    .encodeToString(
                        TestServer.file(
                            new BufferedImage(4_000, 4_000, BufferedImage.TYPE_BYTE_BINARY),
                            "png")));
    try (TestServer server = TestServer.start(models, options(1, 0, 1024 * 1024))) {
      AtomicBoolean refused = new AtomicBoolean();
      CompletableFuture<Void> other =
          CompletableFuture.runAsync(
              () -> {
                while (!refused.get()) {
                  server.post(PREDICT, huge);
                }
              });
      try {
        Reply reply = askUntilRefused(server, "The server is busy: too many requests are waiting.");
        assertThat(reply.status()).isEqualTo(503);
      } finally {
        refused.set(true);
        other.join();
      }
    }
  }

  @Test
  void requestsThatDoNotComeHoldNobodyUp() throws IOException {
    List<Socket> sockets = new ArrayList<>();
    try (TestServer server = TestServer.start(models, options(1, 0, BYTES))) {
      for (int i = 0; i < 20; i++) {
        sockets.add(begin(server));
      }
      for (int i = 0; i < 5; i++) {
        assertThat(server.post(PREDICT, REQUEST).status()).isEqualTo(200);
      }
      for (Socket socket : sockets) {
        assertThat(finish(socket)).startsWith("HTTP/1.1 ");
      }
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
  }

  @Test
  void cutsOffWhoDoesNotSend() throws IOException {
    ServerOptions options =
        new ServerOptions("127.0.0.1", 0, "wrn", 1, 1, BYTES, 1 << 26, Duration.ofMillis(50));
    try (TestServer server = TestServer.start(models, options);
        Socket slow = begin(server)) {
      try {
        assertThat(slow.getInputStream().read()).isEqualTo(-1);
      } catch (SocketException e) {
        assertThat(e).hasMessageContaining("reset");
      }
      assertThat(server.get("/v1/models/wrn").status()).isEqualTo(200);
    }
  }

  @Test
  void refusesWhatTakesTooMuchMemoryBeforeItIsParsed() throws IOException {
    ServerOptions options =
        new ServerOptions(
            "127.0.0.1", 0, "wrn", 1, 1, 512 * 1024, 1024 * 1024, Duration.ofSeconds(10));
    try (TestServer server = TestServer.start(models, options)) {
      String examples = "{\"signature_name\": \"classify\", \"examples\": [%s{}]}";
      Reply reply = server.post("/v1/models/wrn:classify", examples.formatted("{},".repeat(1_500)));
      assertThat(reply.error())
          .startsWith("The request is too large: once read it takes up to ")
          .endsWith(" bytes of memory, and there are 1,048,576; send it in parts.");
      assertThat(reply.status()).isEqualTo(413);
      String text = "\"%s\"".formatted("\\\"{,[:".repeat(10_000)); // is but one value
      assertThat(server.post(PREDICT, "{\"instances\": [%s]}".formatted(text)).status())
          .isEqualTo(400);
      assertThat(server.post(PREDICT, REQUEST).status()).isEqualTo(200);
    }
  }

  @Test
  void answersItsOwnSiteOnly() throws IOException {
    try (TestServer server = TestServer.start(models, TestServer.OPTIONS)) {
      assertThat(status(server, "Host: localhost")).isEqualTo("200");
      assertThat(status(server, "Host: LOCALHOST:80")).isEqualTo("200");
      assertThat(status(server, "Host: 127.0.0.1:9", "Origin: http://localhost:3000"))
          .isEqualTo("200");
      assertThat(status(server, "Host: [::1]:9", "Origin: https://127.0.0.1")).isEqualTo("200");
      assertThat(status(server, "Host: evil.example")).isEqualTo("403");
      assertThat(status(server, "Host: 127.0.0.1.evil.example:8501")).isEqualTo("403");
      assertThat(status(server, "Host: localhost", "Host: evil.example")).isEqualTo("403");
      assertThat(status(server, "Host: localhost", "Origin: http://evil.example")).isEqualTo("403");
      assertThat(status(server, "Host: localhost", "Origin: null")).isEqualTo("403");
    }
  }

  private static String status(TestServer server, String... headers) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", server.server().uri().getPort())) {
      String head =
          "GET /v1/models/wrn HTTP/1.1\r\nConnection: close\r\n%s\r\n\r\n"
              .formatted(String.join("\r\n", headers));
      socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
          .split(" ")[1];
    }
  }

  @Test
  void finishesRequestsUnderWay() throws Exception {
    TestServer server = TestServer.start(models, options(1, 0, BYTES));
    try (Socket slow = begin(server)) {
      CompletableFuture<Void> closed = CompletableFuture.runAsync(server::close);
      askUntilRefused(server, "The server is shutting down.");
      assertThat(closed).isNotDone();
      assertThat(finish(slow))
          .startsWith("HTTP/1.1 200 OK\r\n")
          .contains("\"predictions\"")
          .containsIgnoringCase("Connection: close");
      closed.get(1, TimeUnit.MINUTES);
    }
    assertThatThrownBy(() -> server.get("/v1/models/wrn")).isInstanceOf(UncheckedIOException.class);
  }

  /** Sends the first half of a request. */
  private static Socket begin(TestServer server) throws IOException {
    Socket socket = new Socket("127.0.0.1", server.server().uri().getPort());
    String head =
        "POST %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: %d\r\n\r\n";
    socket
        .getOutputStream()
        .write(
            (head.formatted(PREDICT, BYTES) + REQUEST.substring(0, BYTES / 2))
                .getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  /** Sends the other half; returns the answer. */
  private static String finish(Socket socket) throws IOException {
    socket
        .getOutputStream()
        .write(REQUEST.substring(BYTES / 2).getBytes(StandardCharsets.US_ASCII));
    return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  /** The half request takes its place a moment after it was sent. */
  private static Reply askUntilRefused(TestServer server, String message)
      throws InterruptedException {
    for (int i = 0; i < 1_000; i++) {
      Reply reply = server.post(PREDICT, REQUEST);
      if (reply.error().equals(message)) {
        return reply;
      }
      // Back-to-back requests can keep the other from its turn on a busy machine.
      Thread.sleep(20);
    }
    throw new AssertionError("never refused with: " + message);
  }

  @Test
  void answersOtherMethodsAndHeads() throws IOException {
    try (TestServer server = TestServer.start(models, TestServer.OPTIONS)) {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(server.server().uri().resolve("/v1/models/wrn"));
      Reply delete = server.send(request.DELETE().build());
      assertThat(delete.error()).isEqualTo("Malformed request: DELETE /v1/models/wrn");
      assertThat(delete.status()).isEqualTo(400);
      assertBare(server.send(request.method("HEAD", BodyPublishers.noBody()).build()), 400);
      assertBare(server.send(request.method("OPTIONS", BodyPublishers.noBody()).build()), 400);
      request.header("Access-Control-Request-Method", "POST");
      request.header("Origin", "https://other.example");
      Reply options = server.send(request.method("OPTIONS", BodyPublishers.noBody()).build());
      assertBare(options, 200);
      assertThat(options.response().headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
      request.uri(server.server().uri());
      assertThat(server.send(request.build()).status()).isEqualTo(404);
    }
  }

  private static void assertBare(Reply reply, int status) {
    assertThat(reply.status()).isEqualTo(status);
    assertThat(reply.response().body()).isEmpty();
  }

  @Test
  void hasAnotherNameIfItIsTold() throws IOException {
    ServerOptions options = new ServerOptions("127.0.0.1", 0, "my net", 1, 1, BYTES);
    try (TestServer server = TestServer.start(models, options)) {
      assertThat(server.post("/v1/models/my%20net:predict", REQUEST).status()).isEqualTo(200);
      assertThat(server.post(PREDICT, REQUEST).status()).isEqualTo(404);
    }
  }

  @Test
  void saysThatThePortIsTaken() throws IOException {
    try (TestServer server = TestServer.start(models, TestServer.OPTIONS)) {
      int port = server.server().uri().getPort();
      ServerOptions same = new ServerOptions("127.0.0.1", port, "wrn", 1, 1, BYTES);
      assertThatThrownBy(() -> TestServer.start(models, same))
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith("The server cannot listen on 127.0.0.1:%d: ".formatted(port))
          .hasMessageEndingWith("; choose another port.");
    }
  }

  @Test
  void refusesAFolderWithoutModelAndAHostWithoutAddress() {
    assertThatThrownBy(() -> TestServer.start(temp.resolve("none"), TestServer.OPTIONS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("holds no exported model");
    ServerOptions options = new ServerOptions("no.such.host.invalid", 0, "wrn", 1, 1, BYTES);
    assertThatThrownBy(() -> TestServer.start(models, options))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("The host 'no.such.host.invalid' has no address");
  }

  @ParameterizedTest
  @CsvSource({
    "-1, wrn, 1, 0, 1024, The port is -1; it must be in 0 to 65535.",
    "65536, wrn, 1, 0, 1024, The port is 65536; it must be in 0 to 65535.",
    "1, a/b, 1, 0, 1024, The model name is 'a/b'; it must be a word without '/' and ':'.",
    "1, '', 1, 0, 1024, The model name is ''; it must be a word without '/' and ':'.",
    "1, wrn, 0, 0, 1024, The number of threads is 0; it must be 1 or more.",
    "1, wrn, 1, -1, 1024, The length of the queue is -1; it must be 0 or more.",
    "1, wrn, 1, 0, 1023, The largest request has 1023 bytes; it must have 1024 or more.",
    "1, wrn, 1, 0, 2147483647, with this Java heap it must have 4096 or fewer (-Xmx sets the"
        + " heap).",
  })
  void checksItsOptions(
      int port, String name, int threads, int queue, int maxRequestBytes, String message) {
    assertThatThrownBy(
            () ->
                new ServerOptions(
                    "127.0.0.1",
                    port,
                    name,
                    threads,
                    queue,
                    maxRequestBytes,
                    8192,
                    Duration.ofSeconds(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith(message);
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(compressed)) {
      out.write(bytes);
    }
    return compressed.toByteArray();
  }
}
