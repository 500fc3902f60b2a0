package org.wideresnet.export.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.wideresnet.export.ImageClassifier;
import org.wideresnet.export.Prediction;
import org.wideresnet.export.serve.TestServer.Reply;

class PicturePageTest {
  @TempDir static Path temp;
  private static TestServer server;
  private static ImageClassifier classifier;

  @BeforeAll
  static void start() throws IOException {
    Path models = temp.resolve("models");
    TestServer.export(models, 4, 1);
    server = TestServer.start(models, TestServer.OPTIONS);
    classifier = ImageClassifier.load(models);
  }

  @AfterAll
  static void stop() {
    server.close();
    classifier.close();
  }

  private static Reply ask(byte[] file) {
    return server.post("/picture", BodyPublishers.ofByteArray(file));
  }

  @Test
  void thePageNeedsNothingFromElsewhere() {
    Reply page = server.get("/");
    assertThat(page.status()).isEqualTo(200);
    assertThat(page.response().headers().firstValue("Content-Type"))
        .hasValue("text/html; charset=utf-8");
    assertThat(page.response().headers().firstValue("Content-Security-Policy"))
        .hasValueSatisfying(policy -> assertThat(policy).contains("default-src 'none'"));
    assertThat(page.response().body())
        .startsWith("<!doctype html>")
        .endsWith("</html>\n")
        .doesNotContain("http:", "https:", "//cdn", "@import");
  }

  @Test
  void showsThePixelsOfAnImageOfCifarsSizeAsTheyAre() throws IOException {
    BufferedImage picture = TestServer.picture(32, 32, 1);
    JsonNode answer = ask(TestServer.file(picture, "png")).json();
    assertThat(answer.path("version").asInt()).isEqualTo(4);
    assertThat(answer.path("width").asInt()).isEqualTo(32);
    assertThat(answer.path("height").asInt()).isEqualTo(32);
    assertThat(answer.path("milliseconds").asDouble()).isPositive();
    assertThat(answer.path("rgb").binaryValue()).isEqualTo(TestServer.pixels(picture));
  }

  @ParameterizedTest
  @CsvSource({"640, 17, png", "32, 32, jpg", "1, 1, png", "300, 200, jpg"})
  void thePixelsShownAreThoseThatWerePredicted(int width, int height, String format)
      throws IOException {
    byte[] file = TestServer.file(TestServer.picture(width, height, 2), format);
    JsonNode answer = ask(file).json();
    byte[] pixels = answer.path("rgb").binaryValue();
    List<Prediction> expected = classifier.best(classifier.probabilities(pixels, 1)[0], 10);
    assertThat(answer.path("predictions")).hasSize(10);
    for (int i = 0; i < 10; i++) {
      JsonNode actual = answer.path("predictions").get(i);
      assertThat(actual.path("label").asText()).isEqualTo(expected.get(i).label());
      assertThat(actual.path("class_id").asInt()).isEqualTo(expected.get(i).classId());
      assertThat(actual.path("probability").floatValue())
          .isCloseTo(expected.get(i).probability(), within(1e-6f));
    }
  }

  @Test
  void aWidePictureIsItsCentralSquare() throws IOException {
    BufferedImage wide = TestServer.picture(640, 200, 5);
    JsonNode answer = ask(TestServer.file(wide, "png")).json();
    JsonNode square = ask(TestServer.file(wide.getSubimage(220, 0, 200, 200), "png")).json();
    assertThat(answer.path("rgb").binaryValue()).isEqualTo(square.path("rgb").binaryValue());
    assertThat(answer.path("predictions")).isEqualTo(square.path("predictions"));
  }

  @Test
  void saysWhatIsWrongWithAFile() {
    assertThat(ask(new byte[100]).error())
        .isEqualTo("The picture is neither a PNG nor a JPEG file.");
    byte[] jpeg = TestServer.file(TestServer.picture(99, 99, 3), "jpg");
    Reply cut = ask(Arrays.copyOf(jpeg, 900));
    assertThat(cut.status()).isEqualTo(400);
    assertThat(cut.error()).isEqualTo("The picture cannot be decoded; it is damaged or cut off.");
  }
}
