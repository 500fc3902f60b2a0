package org.wideresnet.data.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.common.hash.Hashing;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wideresnet.data.TinyArchive;
import org.wideresnet.data.TinyCifar;

class CifarDownloadTest {

  /** What the server does with a request. */
  private interface Answer {
    void to(HttpExchange exchange) throws IOException;
  }

  @TempDir Path dir;
  private HttpServer server;
  private Answer answer = this::serveRanges;
  private byte[] content;
  private OfficialCifar.Archive archive;
  private Path target;
  private Path part;
  private final List<String> ranges = new ArrayList<>();
  private final List<Long> progress = new ArrayList<>();

  @BeforeEach
  void start() throws IOException {
    Path file = dir.resolve("source.tar.gz");
    TinyArchive.of(TinyCifar.cifar10(dir), file);
    content = Files.readAllBytes(file);
    archive =
        new OfficialCifar.Archive(
            "tiny.tar.gz", content.length, Hashing.sha256().hashBytes(content).toString());
    target = dir.resolve("target");
    part = target.resolve("tiny.tar.gz.part");
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/data/",
        exchange -> {
          ranges.add(exchange.getRequestHeaders().getFirst("Range"));
          try (exchange) {
            answer.to(exchange);
          }
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void downloadsAndUnpacks() throws IOException {
    Path folder = download();
    assertThat(folder).isEqualTo(target.resolve("cifar-10-batches-bin"));
    assertSameAsSource(folder);
    assertThat(ranges).containsExactly((String) null);
    assertThat(progress).startsWith(0L).endsWith((long) content.length).isSorted();
    try (Stream<Path> list = Files.list(target)) {
      assertThat(list).containsExactly(folder);
    }
    download();
    assertThat(ranges).as("requests after a second call").hasSize(1);
  }

  @Test
  void goesOnFromWhatIsThere() throws IOException {
    keep(1_000);
    assertSameAsSource(download());
    assertThat(ranges).containsExactly("bytes=1000-");
    assertThat(progress).startsWith(1_000L);
  }

  @Test
  void goesOnWhereTheConnectionBroke() throws IOException {
    answer =
        exchange -> {
          int start = start(exchange);
          serve(exchange, start > 0 ? 206 : 200, start, 10_000);
        };
    assertSameAsSource(download());
    assertThat(ranges)
        .startsWith(null, "bytes=10000-", "bytes=20000-")
        .hasSize((content.length + 9_999) / 10_000);
  }

  @Test
  void startsAgainWhereTheServerKnowsNoRanges() throws IOException {
    keep(1_000);
    answer = exchange -> serve(exchange, 200, 0, content.length);
    assertSameAsSource(download());
    assertThat(ranges).containsExactly("bytes=1000-");
  }

  @Test
  void startsAgainWhereTheRangeIsRefused() throws IOException {
    keep(1_000);
    answer =
        exchange -> {
          if (ranges.size() == 1) {
            exchange.sendResponseHeaders(416, -1);
          } else {
            serveRanges(exchange);
          }
        };
    assertSameAsSource(download());
    assertThat(ranges).containsExactly("bytes=1000-", null);
  }

  @Test
  void startsAgainWhereTooMuchIsThere() throws IOException {
    Files.createDirectories(target);
    Files.write(part, new byte[content.length + 1]);
    assertSameAsSource(download());
  }

  @Test
  void removesWhatIsNotTheOfficialArchive() throws IOException {
    byte[] good = content;
    content = good.clone();
    content[500] ^= 1;
    String sum = Hashing.sha256().hashBytes(content).toString();
    assertFails(
        "The download of tiny.tar.gz is not the official archive and was removed, its SHA-256 is "
            + sum
            + " and should be "
            + archive.sha256()
            + ": try again.");
    assertThat(target).isEmptyDirectory();
    content = good;
    assertSameAsSource(download());
  }

  @Test
  void keepsWhatIsThereWhenTheServerFails() throws IOException {
    keep(1_000);
    answer = exchange -> exchange.sendResponseHeaders(503, -1);
    assertFails(failure(1_000, "the server answered 503"));
    assertThat(part).hasSize(1_000);
    answer = exchange -> serve(exchange, 206, 999, 10);
    assertFails(
        failure(1_000, "the server answered with the range bytes 999-1008/" + content.length));
    answer = this::serveRanges;
    assertSameAsSource(download());
  }

  @Test
  void refusesAFileOfAnotherSize() {
    answer =
        exchange -> {
          byte[] page = "<html>Log in first</html>".getBytes();
          exchange.sendResponseHeaders(200, page.length);
          exchange.getResponseBody().write(page);
        };
    assertFails(nothing("the server offers 25 bytes"));
  }

  @Test
  void givesUpWhenNothingArrives() {
    answer =
        exchange -> {
          exchange.sendResponseHeaders(200, content.length);
          exchange.getResponseBody().write(content, 0, 1_000);
          exchange.getResponseBody().flush();
          sleep();
        };
    assertFails(failure(1_000, "SocketTimeoutException: Read timed out"), Duration.ofMillis(200));
  }

  @Test
  void saysThatNobodyIsThere() {
    server.stop(0);
    assertFails(nothing("ConnectException: Connection refused"));
    assertThat(target).isEmptyDirectory();
  }

  @Test
  void namesADirectoryThatCannotBeMade() throws IOException {
    Files.writeString(target, "a file");
    assertThatIOException()
        .isThrownBy(this::download)
        .withMessage(target + " could not be made (FileAlreadyExistsException: " + target + ").");
    assertThat(ranges).isEmpty();
  }

  @Test
  void refusesAFolderThatIsNotInOrder() throws IOException {
    Path folder = TinyCifar.cifar10(target);
    Files.delete(folder.resolve("data_batch_4.bin"));
    assertThatIllegalArgumentException()
        .isThrownBy(this::download)
        .withMessage(
            folder
                + " is there already but not in order, so move it away and download again: "
                + folder
                + " has no data_batch_4.bin: CIFAR-10 needs data_batch_1.bin, data_batch_2.bin, data_batch_3.bin, data_batch_4.bin, data_batch_5.bin and test_batch.bin.");
    assertThat(ranges).isEmpty();
  }

  private Path download() throws IOException {
    return download(Duration.ofSeconds(20));
  }

  private Path download(Duration timeout) throws IOException {
    return new CifarDownload(base(), timeout)
        .download(OfficialCifar.CIFAR10, archive, target, (bytes, total) -> progress.add(bytes));
  }

  private URI base() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/data/");
  }

  private String nothing(String reason) {
    return "%stiny.tar.gz could not be downloaded (%s): the same command tries again."
        .formatted(base(), reason);
  }

  private String failure(int bytes, String reason) {
    return String.format(
        Locale.ROOT,
        "%stiny.tar.gz could not be downloaded beyond %,d of %,d bytes (%s): what is there is kept, and the same command goes on from it.",
        base(),
        bytes,
        content.length,
        reason);
  }

  private void assertFails(String message) {
    assertFails(message, Duration.ofSeconds(20));
  }

  private void assertFails(String message, Duration timeout) {
    Locale usual = Locale.getDefault();
    Locale.setDefault(Locale.GERMANY); // whose numbers look different
    try {
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(() -> download(timeout))
          .withMessage(message);
    } finally {
      Locale.setDefault(usual);
    }
    assertThat(target.resolve("cifar-10-batches-bin")).doesNotExist();
  }

  private void assertSameAsSource(Path folder) throws IOException {
    Path source = dir.resolve("cifar-10-batches-bin");
    try (Stream<Path> files = Files.list(source)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        assertThat(folder.resolve(file.getFileName())).hasSameBinaryContentAs(file);
      }
    }
    assertThat(part).doesNotExist();
  }

  private void keep(int bytes) throws IOException {
    Files.createDirectories(target);
    Files.write(part, Arrays.copyOf(content, bytes));
  }

  private void serveRanges(HttpExchange exchange) throws IOException {
    int start = start(exchange);
    serve(exchange, start > 0 ? 206 : 200, start, content.length);
  }

  private static int start(HttpExchange exchange) {
    String range = exchange.getRequestHeaders().getFirst("Range");
    return range == null ? 0 : Integer.parseInt(range.replaceAll("\\D", ""));
  }

  /** Announces all from {@code start}, and breaks off after {@code limit} bytes. */
  private void serve(HttpExchange exchange, int status, int start, int limit) throws IOException {
    int rest = content.length - start;
    if (status == 206) {
      exchange
          .getResponseHeaders()
          .set(
              "Content-Range",
              "bytes %d-%d/%d".formatted(start, start + limit - 1, content.length));
    }
    exchange.sendResponseHeaders(status, rest);
    exchange.getResponseBody().write(content, start, Math.min(rest, limit));
  }

  private static void sleep() {
    try {
      Thread.sleep(1_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
