package org.wideresnet.export.serve;

import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.imageio.ImageIO;
import org.wideresnet.export.ExportOptions;
import org.wideresnet.export.SavedModelExporter;
import org.wideresnet.export.TestModels;
import org.wideresnet.model.Normalization;

/**
 * A server, and a client of it.
 *
 * @param log what the server said
 */
record TestServer(ModelServer server, List<String> log, HttpClient client)
    implements AutoCloseable {
  static final JsonMapper JSON =
      JsonMapper.builder().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build();
  static final ServerOptions OPTIONS = new ServerOptions("127.0.0.1", 0, "wrn", 2, 64, 1024 * 1024);

  /**
   * An answer.
   *
   * @param response the answer with its headers
   */
  record Reply(HttpResponse<String> response) {
    int status() {
      return response.statusCode();
    }

    JsonNode json() {
      return parse(response.body());
    }

    String error() {
      return json().path("error").asText();
    }
  }

  static TestServer start(Path savedModel, ServerOptions options) throws IOException {
    List<String> log = new CopyOnWriteArrayList<>();
    return new TestServer(
        ModelServer.start(savedModel, options, log::add),
        log,
        HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build());
  }

  /** Exports a small network; each factor makes another one of it. */
  static void export(Path models, long version, float factor) throws IOException {
    Path checkpoint = models.resolveSibling("checkpoint-%s-%s".formatted(version, factor));
    TestModels.checkpoint(checkpoint, TestModels.WRN_10_1, Normalization.PAPER_CIFAR10, factor);
    SavedModelExporter.export(checkpoint, models, new ExportOptions(version, 0));
  }

  static JsonNode parse(String json) {
    try {
      return JSON.readTree(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Reply get(String path) {
    return send(HttpRequest.newBuilder(server.uri().resolve(path)).build());
  }

  Reply post(String path, String body) {
    return post(path, BodyPublishers.ofString(body));
  }

  Reply post(String path, BodyPublisher body, String... headers) {
    HttpRequest.Builder request = HttpRequest.newBuilder(server.uri().resolve(path)).POST(body);
    return send((headers.length == 0 ? request : request.headers(headers)).build());
  }

  Reply predict(String body) {
    return post("/v1/models/wrn:predict", body);
  }

  Reply send(HttpRequest request) {
    try {
      return new Reply(client.send(request, BodyHandlers.ofString()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns coloured noise. */
  static BufferedImage picture(int width, int height, long seed) {
    Random random = new Random(seed);
    BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < width * height; i++) {
      picture.setRGB(i % width, i / width, random.nextInt(1 << 24));
    }
    return picture;
  }

  static byte[] file(BufferedImage picture, String format) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      ImageIO.write(picture, format, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** Returns the colours of a picture in the order height, width, colour. */
  static byte[] pixels(BufferedImage picture) {
    byte[] pixels = new byte[picture.getWidth() * picture.getHeight() * 3];
    for (int i = 0; i < pixels.length; i++) {
      int rgb = picture.getRGB(i / 3 % picture.getWidth(), i / 3 / picture.getWidth());
      pixels[i] = (byte) (rgb >> (16 - 8 * (i % 3)));
    }
    return pixels;
  }

  /** Returns {@code [[[r, g, b], ...], ...]}. */
  static String json(BufferedImage picture) {
    StringBuilder json = new StringBuilder("[");
    for (int y = 0; y < picture.getHeight(); y++) {
      json.append(y == 0 ? "[" : "],[");
      for (int x = 0; x < picture.getWidth(); x++) {
        int rgb = picture.getRGB(x, y);
        json.append(x == 0 ? "" : ",")
            .append("[%d,%d,%d]".formatted(rgb >> 16 & 255, rgb >> 8 & 255, rgb & 255));
      }
    }
    return json.append("]]").toString();
  }

  @Override
  public void close() {
    server.close();
  }
}
