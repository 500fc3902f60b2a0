package org.wideresnet.export.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.wideresnet.export.ImageClassifier;
import org.wideresnet.export.serve.TestServer.Reply;

/** What an export answers over HTTP, and how requests are refused. */
class RestApiTest {
  private static final BufferedImage ONE = TestServer.picture(32, 32, 1);
  private static final BufferedImage TWO = TestServer.picture(32, 32, 2);

  @TempDir static Path temp;
  private static TestServer server;
  private static ImageClassifier classifier;

  @BeforeAll
  static void start() throws IOException {
    Path models = temp.resolve("models");
    TestServer.export(models, 3, 1);
    server = TestServer.start(models, TestServer.OPTIONS);
    classifier = ImageClassifier.load(models);
  }

  @AfterAll
  static void stop() {
    server.close();
    classifier.close();
  }

  @ParameterizedTest
  @CsvSource({
    "/v1/models/wrn",
    "/v1/models/wrn/versions/3",
    "/V1/Models/wrn",
    "/v1/models/wrn/labels/any"
  })
  void tellsTheStateOfTheVersions(String path) {
    Reply reply = server.get(path);
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.response().headers().firstValue("Content-Type")).hasValue("application/json");
    assertThat(reply.json())
        .isEqualTo(
            TestServer.parse(
                """
                {"model_version_status": [
                  {"version": "3", "state": "AVAILABLE",
                   "status": {"error_code": "OK", "error_message": ""}}]}\
                """));
  }

  @Test
  void tellsTheSignatures() {
    Reply reply = server.get("/v1/models/wrn/versions/3/metadata");
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.json().path("model_spec"))
        .isEqualTo(
            TestServer.parse("{\"name\": \"wrn\", \"signature_name\": \"\", \"version\": \"3\"}"));
    JsonNode signatures = reply.json().at("/metadata/signature_def/signature_def");
    assertThat(signatures.fieldNames())
        .toIterable()
        .contains("serving_default", "image_bytes", "features", "keras");
    assertThat(signatures.path("serving_default").path("inputs"))
        .isEqualTo(
            TestServer.parse(
                """
                {"image": {
                  "dtype": "DT_UINT8",
                  "tensor_shape": {
                    "dim": [
                      {"size": "-1", "name": ""}, {"size": "32", "name": ""},
                      {"size": "32", "name": ""}, {"size": "3", "name": ""}],
                    "unknown_rank": false},
                  "name": "image:0"}}\
                """));
    assertThat(signatures.at("/image_bytes/inputs/image_bytes/dtype").asText())
        .isEqualTo("DT_STRING");
    assertThat(signatures.at("/image_bytes/method_name").asText())
        .isEqualTo("tensorflow/serving/predict");
  }

  @ParameterizedTest
  @CsvSource({
    "/v1/models/wrn:predict, {\"instances\": [%s]}",
    "/v1/models/wrn:predict, {\"instances\": [{\"image\": %s}]}",
    "/v1/models/wrn/versions/3:predict, {\"signature_name\": \"serving_default\"; \"instances\":"
        + " [%s]}",
    "/v1/models/wrn:predict, {\"instances\": [%s]; \"other\": {\"a\": []}; \"signature_name\":"
        + " \"\"}"
  })
  void answersRowsWithOneObjectEach(String path, String body) {
    Reply reply = server.post(path, body.replace(';', ',').formatted(TestServer.json(ONE)));
    assertThat(reply.status()).isEqualTo(200);
    JsonNode predictions = reply.json().path("predictions");
    assertThat(predictions).hasSize(1);
    assertIsPrediction(predictions.get(0), ONE);
  }

  @Test
  void classifiesExamples() throws IOException {
    String request = "{\"signature_name\": \"classify\", \"examples\": [%s, %s]}";
    Reply reply =
        server.post("/v1/models/wrn:classify", request.formatted(example(ONE), example(TWO)));
    assertThat(reply.status()).as(reply.response().body()).isEqualTo(200);
    JsonNode results = reply.json().path("results");
    assertThat(results).hasSize(2);
    float[][] expected =
        classifier.probabilities(List.of(TestServer.file(ONE, "png"), TestServer.file(TWO, "png")));
    for (int i = 0; i < 2; i++) {
      assertThat(results.get(i)).hasSize(10);
      for (int classId = 0; classId < 10; classId++) {
        JsonNode pair = results.get(i).get(classId);
        assertThat(pair.get(0).asText()).isEqualTo("class " + classId);
        assertThat((float) pair.get(1).asDouble()).isCloseTo(expected[i][classId], within(1e-6f));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "iVBORw0KGgo=, Picture 1 is neither a PNG nor a JPEG file.",
    "iVBORw0KGgoAAAANSUhEUgAATiAAAE4gCAIAAAA=, 'Picture 1 has 400,000,000 pixels; at most"
        + " 100,000,000 are accepted.'",
    "iVBORw0KGgoAAAANSUhEUgAAACAAAAAgCAIAAAA=, Picture 1 cannot be decoded; it is damaged or cut"
        + " off"
  })
  void namesTheExampleWhosePictureIsBad(String file, String message) {
    String request =
        "{\"signature_name\": \"classify\", \"examples\": [%s, {\"image/encoded\": {\"b64\":"
            + " \"%s\"}}]}";
    Reply reply = server.post("/v1/models/wrn:classify", request.formatted(example(ONE), file));
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.error()).startsWith(message);
  }

  @Test
  void asksForAFileInEveryExample() {
    Reply reply =
        server.post(
            "/v1/models/wrn:classify",
            "{\"signature_name\": \"classify\", \"examples\": [{\"image\": [1, 2]}]}");
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.error()).contains("Feature: image/encoded (data type: string) is required");
  }

  private static String example(BufferedImage picture) {
    return "{\"image/encoded\": {\"b64\": \"%s\"}}"
        .formatted(Base64.getEncoder().encodeToString(TestServer.file(picture, "png")));
  }

  @ParameterizedTest
  @CsvSource({"{\"inputs\": [%s]}", "{\"inputs\": {\"image\": [%s]}}"})
  void answersColumnsWithOneObject(String body) {
    String images = TestServer.json(ONE) + "," + TestServer.json(TWO);
    Reply reply = server.predict(body.formatted(images));
    assertThat(reply.status()).isEqualTo(200);
    JsonNode outputs = reply.json().path("outputs");
    assertThat(outputs.fieldNames())
        .toIterable()
        .containsExactly("class_id", "label", "probabilities");
    assertProbabilities(outputs.path("probabilities").get(0), ONE);
    assertProbabilities(outputs.path("probabilities").get(1), TWO);
    assertThat(outputs.path("class_id")).hasSize(2);
    assertThat(outputs.path("label")).hasSize(2);
  }

  @Test
  void decodesFilesInBase64() {
    Reply rows =
        server.predict(
            "{\"instances\": [%s, %s], \"signature_name\": \"image_bytes\"}"
                .formatted(base64(ONE), base64(TWO)));
    assertThat(rows.status()).isEqualTo(200);
    assertIsPrediction(rows.json().path("predictions").get(0), ONE);
    assertIsPrediction(rows.json().path("predictions").get(1), TWO);
    Reply columns =
        server.predict(
            "{\"signature_name\": \"image_bytes\", \"inputs\": {\"image_bytes\": [%s]}}"
                .formatted(base64(TWO)));
    assertProbabilities(columns.json().at("/outputs/probabilities/0"), TWO);
  }

  @Test
  void leavesOutTheNameOfASingleOutput() {
    String image = TestServer.json(ONE);
    JsonNode row =
        server
            .predict("{\"signature_name\": \"features\", \"instances\": [%s]}".formatted(image))
            .json()
            .path("predictions");
    JsonNode column =
        server
            .predict("{\"signature_name\": \"features\", \"inputs\": [%s]}".formatted(image))
            .json()
            .path("outputs");
    assertThat(row).hasSize(1).isEqualTo(column);
    assertThat(row.get(0)).hasSize(64).allMatch(JsonNode::isFloatingPointNumber);
  }

  private static Stream<Arguments> badRequests() {
    String image = TestServer.json(ONE);
    String small = TestServer.json(TestServer.picture(16, 16, 1));
    String files = "{\"signature_name\": \"image_bytes\", \"instances\": [%s]}";
    byte[] png = TestServer.file(TestServer.picture(64, 64, 1), "png");
    byte[] huge = png.clone();
    ByteBuffer.wrap(huge).putInt(16, 20_000).putInt(20, 20_000);
    String broken = base64(Arrays.copyOf(png, png.length / 2));
    return Stream.of(
        Arguments.of("", "JSON Parse error: The document is empty"),
        Arguments.of("{\"instances\": [1, ", "JSON Parse error: Unexpected end-of-input"),
        Arguments.of("[1]", "Is not object"),
        Arguments.of("{}", "Missing 'inputs' or 'instances' key"),
        Arguments.of("{\"instances\": []}", "No values in 'instances' array"),
        Arguments.of("{\"instances\": 1}", "Expecting 'instances' to be an list/array"),
        Arguments.of("{\"inputs\": [], \"instances\": [1]}", "only one of 'inputs' or 'instances'"),
        Arguments.of("{\"signature_name\": 1}", "'signature_name' key must be a string value."),
        Arguments.of(
            "{\"signature_name\": \"no\", \"instances\": [1]}",
            "Serving signature name: \"no\" not found in signature def"),
        Arguments.of("{\"instances\": [{\"img\": []}]}", "does not have named input: img"),
        Arguments.of("{\"instances\": [{}]}", "keys must be equal to: image"),
        Arguments.of(
            "{\"instances\": [%s, %s]}".formatted(image, image.replace(",[", "," + "1,[")),
            "Failed to process element: 1 of 'instances' list. Error: INVALID_ARGUMENT: JSON Value:"
                + " 1 found at incorrect level: 2 in the JSON DOM. Expected at level: 3"),
        Arguments.of("{\"instances\": [%s, %s]}".formatted(image, small), "at unexpected size: 16"),
        Arguments.of(
            "{\"instances\": [%s, {\"image\": %s}]}".formatted(image, image),
            "Expecting value/list but got object at item 1 of input list"),
        Arguments.of(
            "{\"instances\": [{\"image\": %s}, %s]}".formatted(image, image),
            "Expecting object but got list at item 1 of input list"),
        Arguments.of(
            "{\"instances\": %s%s}".formatted("[".repeat(200), "]".repeat(200)),
            "JSON Parse error: Document nesting depth"),
        Arguments.of(
            "{\"instances\": [%s]}".formatted("1".repeat(2_000)),
            "JSON Parse error: Number value length"),
        Arguments.of("{\"instances\": [%s]}".formatted(small), "shape [1, 16, 16, 3]"),
        Arguments.of("{\"inputs\": []}", "Input 'image' has the shape [0]"),
        Arguments.of("{\"inputs\": 7}", "Input 'image' has the shape []"),
        Arguments.of(
            "{\"instances\": [%s]}".formatted(image.replaceFirst("\\d+", "256")),
            "JSON Value: 256 Type: Number is not of expected type: uint8"),
        Arguments.of(
            "{\"instances\": [%s]}".formatted(image.replaceFirst("\\d+", "0.5")),
            "JSON Value: 0.5 Type: Number is not of expected type: uint8"),
        Arguments.of(
            "{\"instances\": [%s]}".formatted(image.replaceFirst("\\d+", "\"1\"")),
            "JSON Value: \"1\" Type: String is not of expected type: uint8"),
        Arguments.of(
            "{\"instances\": [%s]}".formatted(image.replaceFirst("\\d+", "null")),
            "Type: Null is not of expected type: uint8"),
        Arguments.of(
            "{\"instances\": [%s]}".formatted(base64(ONE)),
            "Type: Object is not of expected type: uint8"),
        Arguments.of(
            "{\"signature_name\": \"keras\", \"instances\": [%s]}"
                .formatted(image.replaceFirst("\\d+", "NaN")),
            "JSON Value: NaN Type: Number is not of expected type: float"),
        Arguments.of(
            "{\"signature_name\": \"keras\", \"instances\": [%s]}"
                .formatted(image.replaceFirst("\\d+", "1e39")),
            "JSON Value: 1e39 Type: Number is not of expected type: float"),
        Arguments.of(files.formatted("{\"b64\": \"?\"}"), "Unable to base64 decode"),
        Arguments.of(files.formatted("{\"b64\": 1}"), "not formatted correctly for base64 data"),
        Arguments.of(files.formatted("1"), "Type: Number is not of expected type: string"),
        Arguments.of(
            files.formatted(base64(ONE) + ", \"text that is as long as a header\""),
            "Picture 1 is neither a PNG nor a JPEG file."),
        Arguments.of(files.formatted(base64(huge)), "Picture 0 has 400,000,000 pixels"),
        Arguments.of(
            files.formatted(base64(ONE) + "," + base64(TWO) + "," + broken),
            "Picture 2 cannot be decoded; it is damaged or cut off: "));
  }

  @ParameterizedTest
  @MethodSource("badRequests")
  void saysWhatIsWrongWithARequest(String body, String message) {
    Reply reply = server.predict(body);
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.json().fieldNames()).toIterable().containsExactly("error");
    assertThat(reply.error()).contains(message);
  }

  @ParameterizedTest
  @CsvSource({
    "/v1/models/half:predict, 404, Servable not found for request: Latest(half)",
    "/v1/models/wrn/versions/7:predict, 404, 'Servable not found for request: Specific(wrn, 7)'",
    "/v1/models/wrn/labels/stable:predict, 400, Unrecognized servable version label: stable",
    "/v1/models/half/labels/stable:predict, 400, Unrecognized servable version label: stable",
    "/v1/models/wrn/versions/99999999999999999999:predict, 400, Failed to convert version",
    "/v1/models/wrn:regress, 400, no regression signature",
    "/v1/models/wrn:classify, 400, No classification inputs found",
    "/v1/models/wrn:explain, 400, Malformed request: POST /v1/models/wrn:explain",
    "/v1/models/wrn, 400, Malformed request: POST /v1/models/wrn",
    "/v2/models/wrn, 404, There is nothing at /v2/models/wrn.",
  })
  void refusesPostsToOtherPaths(String path, int status, String message) {
    Reply reply = server.post(path, "{\"examples\": [{\"x\": 1}]}");
    assertThat(reply.error()).contains(message);
    assertThat(reply.status()).isEqualTo(status);
  }

  @ParameterizedTest
  @CsvSource({
    "/v1/models, 400, Missing model name in request.",
    "/v1/models/half, 404, Could not find any versions of model half",
    "/v1/models/half/labels/stable, 404, Could not find any versions of model half",
    "/v1/models/wrn/labels/stable/metadata, 400, Unrecognized servable version label: stable",
    "/v1/models/half/metadata, 404, Servable not found for request: Latest(half)",
    "/v1/models/wrn/versions/7, 404, Could not find version 7 of model wrn",
    "/v1/models/wrn:predict, 400, Malformed request: GET /v1/models/wrn:predict",
    "/v1/other, 400, Malformed request: GET /v1/other",
    "/favicon.ico, 404, There is nothing at /favicon.ico.",
  })
  void refusesGetsOfOtherPaths(String path, int status, String message) {
    Reply reply = server.get(path);
    assertThat(reply.error()).contains(message);
    assertThat(reply.status()).isEqualTo(status);
  }

  private static void assertIsPrediction(JsonNode row, BufferedImage image) {
    assertThat(row.fieldNames()).toIterable().containsExactly("class_id", "label", "probabilities");
    float[] expected = assertProbabilities(row.path("probabilities"), image);
    int best = row.path("class_id").asInt();
    assertThat(best).isEqualTo(classifier.best(expected, 1).get(0).classId());
    assertThat(row.path("label").asText()).isEqualTo("class " + best);
  }

  private static float[] assertProbabilities(JsonNode actual, BufferedImage image) {
    float[] expected = classifier.probabilities(TestServer.pixels(image), 1)[0];
    assertThat(actual).hasSize(expected.length);
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual.get(i).floatValue()).isCloseTo(expected[i], within(1e-6f));
    }
    return expected;
  }

  private static String base64(BufferedImage picture) {
    return base64(TestServer.file(picture, "png"));
  }

  private static String base64(byte[] file) {
    return "{\"b64\": \"%s\"}".formatted(Base64.getEncoder().encodeToString(file));
  }
}
